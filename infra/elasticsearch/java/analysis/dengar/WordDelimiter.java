package dengar;

import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterIterator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.TokenFilterFactory;

/** The `word_delimiter_graph` filter. */
final class WordDelimiter {
    private WordDelimiter() {}

    private static final Map<String, Integer> FLAGS = Map.of(
        "generate_word_parts", WordDelimiterGraphFilter.GENERATE_WORD_PARTS,
        "generate_number_parts", WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS,
        "catenate_words", WordDelimiterGraphFilter.CATENATE_WORDS,
        "catenate_numbers", WordDelimiterGraphFilter.CATENATE_NUMBERS,
        "catenate_all", WordDelimiterGraphFilter.CATENATE_ALL,
        "split_on_case_change", WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE,
        "preserve_original", WordDelimiterGraphFilter.PRESERVE_ORIGINAL,
        "split_on_numerics", WordDelimiterGraphFilter.SPLIT_ON_NUMERICS,
        "stem_english_possessive", WordDelimiterGraphFilter.STEM_ENGLISH_POSSESSIVE,
        "ignore_keywords", WordDelimiterGraphFilter.IGNORE_KEYWORDS
    );

    private static final List<String> ON = List.of(
        "generate_word_parts",
        "generate_number_parts",
        "split_on_case_change",
        "split_on_numerics",
        "stem_english_possessive"
    );

    static TokenFilterFactory graph(IndexSettings index, Environment env, String name, Settings settings) {
        int flags = 0;
        for (Map.Entry<String, Integer> flag : FLAGS.entrySet()) {
            if (settings.getAsBoolean(flag.getKey(), ON.contains(flag.getKey()))) {
                flags |= flag.getValue();
            }
        }
        int chosen = flags;
        boolean adjustOffsets = settings.getAsBoolean("adjust_offsets", true);
        CharArraySet protectedWords = Analysis.getWordSet(env, settings, "protected_words");
        byte[] types = table(Analysis.getWordList(env, settings, "type_table"));
        return Filter.multiplying(name, in -> new WordDelimiterGraphFilter(in, adjustOffsets, types, chosen, protectedWords), false);
    }

    /** Lucene's table of character types with our rules over it: "# => ALPHA", "@ => ALPHANUM". */
    // Lucene has no other public names for its character types than the constants of the older filter.
    @SuppressWarnings("deprecation")
    private static byte[] table(List<String> rules) {
        if (rules == null) {
            return WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE;
        }
        byte[] types = new byte[Character.MAX_VALUE + 1];
        for (int c = 0; c < types.length; c++) {
            types[c] = c < WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE.length
                ? WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE[c]
                : WordDelimiterIterator.getType(c);
        }
        for (String rule : rules) {
            String[] sides = rule.split("=>", -1);
            String left = sides[0].strip();
            if (sides.length != 2 || left.length() != 1) {
                throw new IllegalArgumentException("Invalid mapping rule : [" + rule + "], a rule is one character => a type");
            }
            types[left.charAt(0)] = switch (sides[1].strip()) {
                case "LOWER" -> WordDelimiterFilter.LOWER;
                case "UPPER" -> WordDelimiterFilter.UPPER;
                case "ALPHA" -> WordDelimiterFilter.ALPHA;
                case "DIGIT" -> WordDelimiterFilter.DIGIT;
                case "ALPHANUM" -> WordDelimiterFilter.ALPHANUM;
                case "SUBWORD_DELIM" -> WordDelimiterFilter.SUBWORD_DELIM;
                default -> throw new IllegalArgumentException("Invalid mapping rule: [" + rule + "]. Illegal type.");
            };
        }
        return types;
    }
}
