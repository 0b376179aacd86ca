package dengar;

import java.util.List;
import java.util.function.IntPredicate;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.IndexSettings;

/** What the ngram filters and tokenizers share: the limit on gram lengths and the classes of characters kept. */
final class Grams {
    private Grams() {}

    /** Refuses a spread of lengths above the index setting `index.max_ngram_diff`, as Elasticsearch does. */
    static void checkDifference(IndexSettings index, int min, int max) {
        int allowed = index.getMaxNgramDiff();
        if (max - min > allowed) {
            throw new IllegalArgumentException(
                "The difference between max_gram and min_gram in NGram Tokenizer must be less than or equal to: ["
                    + allowed
                    + "] but was ["
                    + (max - min)
                    + "]. This limit can be set by changing the [index.max_ngram_diff] index level setting."
            );
        }
    }

    /** The `token_chars` setting as a predicate on code points; none given keeps every character. */
    static IntPredicate tokenChars(Settings settings) {
        List<String> classes = settings.getAsList("token_chars");
        if (classes.isEmpty()) {
            return c -> true;
        }
        return classes.stream().map(name -> characterClass(name, settings)).reduce(c -> false, IntPredicate::or);
    }

    private static IntPredicate characterClass(String name, Settings settings) {
        return switch (name) {
            case "letter" -> Character::isLetter;
            case "digit" -> Character::isDigit;
            case "whitespace" -> Character::isWhitespace;
            case "punctuation" -> c -> type(
                c,
                Character.CONNECTOR_PUNCTUATION,
                Character.DASH_PUNCTUATION,
                Character.START_PUNCTUATION,
                Character.END_PUNCTUATION,
                Character.INITIAL_QUOTE_PUNCTUATION,
                Character.FINAL_QUOTE_PUNCTUATION,
                Character.OTHER_PUNCTUATION
            );
            case "symbol" -> c -> type(
                c,
                Character.CURRENCY_SYMBOL,
                Character.MATH_SYMBOL,
                Character.MODIFIER_SYMBOL,
                Character.OTHER_SYMBOL
            );
            case "custom" -> {
                String custom = settings.get("custom_token_chars");
                if (custom == null) {
                    throw new IllegalArgumentException("Token type: 'custom' requires setting `custom_token_chars`");
                }
                yield c -> custom.indexOf(c) >= 0;
            }
            default -> throw new IllegalArgumentException(
                "Unknown token type: '" + name + "', must be one of [custom, digit, letter, punctuation, symbol, whitespace]"
            );
        };
    }

    private static boolean type(int c, byte... types) {
        byte own = (byte) Character.getType(c);
        for (byte type : types) {
            if (type == own) {
                return true;
            }
        }
        return false;
    }
}
