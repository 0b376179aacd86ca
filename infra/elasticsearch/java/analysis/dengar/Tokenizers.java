package dengar;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.LetterTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenizer;
import org.apache.lucene.analysis.ngram.NGramTokenizer;
import org.apache.lucene.analysis.path.PathHierarchyTokenizer;
import org.apache.lucene.analysis.path.ReversePathHierarchyTokenizer;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.elasticsearch.common.regex.Regex;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** Tokenizers by Elasticsearch name; `standard` is in the server itself. */
final class Tokenizers {
    private static final int LONGEST = 255;

    private Tokenizers() {}

    static Map<String, AnalysisProvider<TokenizerFactory>> all() {
        Map<String, AnalysisProvider<TokenizerFactory>> tokenizers = new TreeMap<>();
        tokenizers.put("edge_ngram", Tokenizers::edgeNgram);
        tokenizers.put("keyword", Tokenizers::keyword);
        tokenizers.put("letter", (index, env, name, settings) -> TokenizerFactory.newFactory(name, LetterTokenizer::new));
        tokenizers.put("ngram", Tokenizers::ngram);
        tokenizers.put("path_hierarchy", Tokenizers::pathHierarchy);
        tokenizers.put("pattern", Tokenizers::pattern);
        tokenizers.put("uax_url_email", Tokenizers::urlEmail);
        tokenizers.put("whitespace", Tokenizers::whitespace);
        return tokenizers;
    }

    private static TokenizerFactory edgeNgram(IndexSettings index, Environment env, String name, Settings settings) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        IntPredicate kept = Grams.tokenChars(settings);
        return TokenizerFactory.newFactory(name, () -> new EdgeNGramTokenizer(min, max) {
            @Override
            protected boolean isTokenChar(int c) {
                return kept.test(c);
            }
        });
    }

    private static TokenizerFactory ngram(IndexSettings index, Environment env, String name, Settings settings) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        Grams.checkDifference(index, min, max);
        IntPredicate kept = Grams.tokenChars(settings);
        return TokenizerFactory.newFactory(name, () -> new NGramTokenizer(min, max) {
            @Override
            protected boolean isTokenChar(int c) {
                return kept.test(c);
            }
        });
    }

    private static TokenizerFactory keyword(IndexSettings index, Environment env, String name, Settings settings) {
        int buffer = settings.getAsInt("buffer_size", 256);
        return TokenizerFactory.newFactory(name, () -> new KeywordTokenizer(buffer));
    }

    private static TokenizerFactory pathHierarchy(IndexSettings index, Environment env, String name, Settings settings) {
        char delimiter = one(settings, "delimiter", '/');
        char replacement = one(settings, "replacement", delimiter);
        int buffer = settings.getAsInt("buffer_size", 1024);
        int skip = settings.getAsInt("skip", 0);
        Supplier<Tokenizer> make = settings.getAsBoolean("reverse", false)
            ? () -> new ReversePathHierarchyTokenizer(buffer, delimiter, replacement, skip)
            : () -> new PathHierarchyTokenizer(buffer, delimiter, replacement, skip);
        return TokenizerFactory.newFactory(name, make);
    }

    private static char one(Settings settings, String key, char otherwise) {
        String value = settings.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value.length() != 1) {
            throw new IllegalArgumentException(key + " must be a one char value");
        }
        return value.charAt(0);
    }

    private static TokenizerFactory pattern(IndexSettings index, Environment env, String name, Settings settings) {
        Pattern pattern = Regex.compile(settings.get("pattern", "\\W+"), settings.get("flags"));
        int group = settings.getAsInt("group", -1);
        return TokenizerFactory.newFactory(name, () -> new PatternTokenizer(pattern, group));
    }

    private static TokenizerFactory urlEmail(IndexSettings index, Environment env, String name, Settings settings) {
        int longest = settings.getAsInt("max_token_length", LONGEST);
        return TokenizerFactory.newFactory(name, () -> {
            UAX29URLEmailTokenizer tokenizer = new UAX29URLEmailTokenizer();
            tokenizer.setMaxTokenLength(longest);
            return tokenizer;
        });
    }

    private static TokenizerFactory whitespace(IndexSettings index, Environment env, String name, Settings settings) {
        int longest = settings.getAsInt("max_token_length", LONGEST);
        return TokenizerFactory.newFactory(name, () -> new WhitespaceTokenizer(longest));
    }
}
