package dengar;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.core.UpperCaseFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.KeywordRepeatFilter;
import org.apache.lucene.analysis.miscellaneous.LengthFilter;
import org.apache.lucene.analysis.miscellaneous.PatternKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.SetKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.apache.lucene.analysis.reverse.ReverseStringFilter;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;

/** Token filters by Elasticsearch name. */
final class TokenFilters {
    private TokenFilters() {}

    static Map<String, AnalysisProvider<TokenFilterFactory>> all() {
        Map<String, AnalysisProvider<TokenFilterFactory>> filters = new TreeMap<>();
        filters.put("asciifolding", TokenFilters::asciiFolding);
        filters.put("decimal_digit", (index, env, name, settings) -> Filter.normalizing(name, DecimalDigitFilter::new));
        filters.put("edge_ngram", TokenFilters::edgeNgram);
        filters.put("elision", AnalysisPlugin.requiresAnalysisSettings(TokenFilters::elision));
        filters.put("flatten_graph", (index, env, name, settings) -> Filter.of(name, FlattenGraphFilter::new));
        filters.put("keyword_marker", AnalysisPlugin.requiresAnalysisSettings(TokenFilters::keywordMarker));
        filters.put("keyword_repeat", (index, env, name, settings) -> Filter.of(name, KeywordRepeatFilter::new));
        filters.put("length", TokenFilters::length);
        filters.put("ngram", TokenFilters::ngram);
        filters.put("pattern_replace", AnalysisPlugin.requiresAnalysisSettings(TokenFilters::patternReplace));
        filters.put("remove_duplicates", (index, env, name, settings) -> Filter.of(name, RemoveDuplicatesTokenFilter::new));
        filters.put("reverse", (index, env, name, settings) -> Filter.normalizing(name, ReverseStringFilter::new));
        filters.put("stemmer", Stemming::stemmer);
        filters.put("stemmer_override", AnalysisPlugin.requiresAnalysisSettings(Stemming::override));
        filters.put("synonym_graph", AnalysisPlugin.requiresAnalysisSettings(Synonyms::graph));
        filters.put("trim", (index, env, name, settings) -> Filter.normalizing(name, TrimFilter::new));
        filters.put("truncate", AnalysisPlugin.requiresAnalysisSettings(TokenFilters::truncate));
        filters.put("unique", TokenFilters::unique);
        filters.put("uppercase", (index, env, name, settings) -> Filter.normalizing(name, UpperCaseFilter::new));
        filters.put("word_delimiter_graph", WordDelimiter::graph);
        return filters;
    }

    private static TokenFilterFactory asciiFolding(IndexSettings index, Environment env, String name, Settings settings) {
        boolean preserve = settings.getAsBoolean("preserve_original", false);
        return Filter.normalizing(name, in -> new ASCIIFoldingFilter(in, preserve), in -> new ASCIIFoldingFilter(in, false));
    }

    private static TokenFilterFactory edgeNgram(IndexSettings index, Environment env, String name, Settings settings) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        boolean preserve = settings.getAsBoolean("preserve_original", false);
        boolean back = "back".equals(settings.get("side", "front"));
        return Filter.multiplying(
            name,
            in -> back
                ? new ReverseStringFilter(new EdgeNGramTokenFilter(new ReverseStringFilter(in), min, max, preserve))
                : new EdgeNGramTokenFilter(in, min, max, preserve),
            true
        );
    }

    private static TokenFilterFactory ngram(IndexSettings index, Environment env, String name, Settings settings) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        Grams.checkDifference(index, min, max);
        boolean preserve = settings.getAsBoolean("preserve_original", false);
        return Filter.multiplying(name, in -> new NGramTokenFilter(in, min, max, preserve), true);
    }

    private static TokenFilterFactory elision(IndexSettings index, Environment env, String name, Settings settings) {
        CharArraySet articles = Analysis.getWordSet(env, settings, "articles");
        if (articles == null) {
            throw new IllegalArgumentException("elision filter requires [articles] or [articles_path] setting");
        }
        return Filter.normalizing(name, in -> new ElisionFilter(in, articles));
    }

    private static TokenFilterFactory keywordMarker(IndexSettings index, Environment env, String name, Settings settings) {
        String pattern = settings.get("keywords_pattern");
        CharArraySet words = Analysis.getWordSet(env, settings, "keywords");
        if ((pattern == null) == (words == null)) {
            throw new IllegalArgumentException(
                "keyword filter requires either `keywords`, `keywords_path`, or `keywords_pattern` to be configured, and only one of them"
            );
        }
        if (pattern != null) {
            Pattern compiled = Pattern.compile(pattern);
            return Filter.of(name, in -> new PatternKeywordMarkerFilter(in, compiled));
        }
        CharArraySet keywords = new CharArraySet(words, settings.getAsBoolean("ignore_case", false));
        return Filter.of(name, in -> new SetKeywordMarkerFilter(in, keywords));
    }

    private static TokenFilterFactory length(IndexSettings index, Environment env, String name, Settings settings) {
        int min = settings.getAsInt("min", 0);
        int max = settings.getAsInt("max", Integer.MAX_VALUE);
        return Filter.of(name, in -> new LengthFilter(in, min, max));
    }

    private static TokenFilterFactory patternReplace(IndexSettings index, Environment env, String name, Settings settings) {
        Pattern pattern = Patterns.required(settings, "pattern is missing for [" + name + "] token filter of type 'pattern_replace'");
        String replacement = settings.get("replacement", "");
        boolean all = settings.getAsBoolean("all", true);
        return Filter.normalizing(name, in -> new PatternReplaceFilter(in, pattern, replacement, all));
    }

    private static TokenFilterFactory truncate(IndexSettings index, Environment env, String name, Settings settings) {
        int length = settings.getAsInt("length", -1);
        if (length <= 0) {
            throw new IllegalArgumentException("length parameter must be provided");
        }
        return Filter.of(name, in -> TruncateTokenFilter.truncateAfterChars(in, length));
    }

    private static TokenFilterFactory unique(IndexSettings index, Environment env, String name, Settings settings) {
        boolean samePosition = settings.getAsBoolean("only_on_same_position", false);
        return Filter.of(name, in -> samePosition ? new RemoveDuplicatesTokenFilter(in) : new UniqueFilter(in));
    }
}
