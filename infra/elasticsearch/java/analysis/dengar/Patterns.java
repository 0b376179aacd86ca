package dengar;

import java.util.regex.Pattern;
import org.elasticsearch.common.regex.Regex;
import org.elasticsearch.common.settings.Settings;

/** Regular expressions given as `pattern` and `flags` settings. */
final class Patterns {
    private Patterns() {}

    /** The `pattern` setting compiled with `flags` (CASE_INSENSITIVE|COMMENTS ...); absent is an error with the given words. */
    static Pattern required(Settings settings, String missing) {
        String pattern = settings.get("pattern");
        if (pattern == null) {
            throw new IllegalArgumentException(missing);
        }
        return Regex.compile(pattern, settings.get("flags"));
    }
}
