package dengar;

import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.TokenStream;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;

/** Token filter factories made from one function on a token stream. */
final class Filter {
    private Filter() {}

    /** A filter for texts only; in synonym rules it is applied as well. */
    static TokenFilterFactory of(String name, UnaryOperator<TokenStream> wrap) {
        return new Plain(name, wrap);
    }

    /** A filter that also applies to keyword fields (normalizers) and wildcard terms: one token in, one token out. */
    static TokenFilterFactory normalizing(String name, UnaryOperator<TokenStream> wrap) {
        return new Normalizing(name, wrap, wrap);
    }

    /** As {@link #normalizing}, but wildcard terms and synonym rules get the second function, which adds no tokens. */
    static TokenFilterFactory normalizing(String name, UnaryOperator<TokenStream> wrap, UnaryOperator<TokenStream> single) {
        return new Normalizing(name, wrap, single);
    }

    /** A filter that may not come before a synonym filter, because it makes several tokens of one. */
    static TokenFilterFactory multiplying(String name, UnaryOperator<TokenStream> wrap, boolean breaksHighlighter) {
        return new Multiplying(name, wrap, breaksHighlighter);
    }

    private record Plain(String name, UnaryOperator<TokenStream> wrap) implements TokenFilterFactory {
        @Override
        public TokenStream create(TokenStream stream) {
            return wrap.apply(stream);
        }
    }

    private record Normalizing(String name, UnaryOperator<TokenStream> wrap, UnaryOperator<TokenStream> single)
        implements
            NormalizingTokenFilterFactory {
        @Override
        public TokenStream create(TokenStream stream) {
            return wrap.apply(stream);
        }

        @Override
        public TokenStream normalize(TokenStream stream) {
            return single.apply(stream);
        }

        @Override
        public TokenFilterFactory getSynonymFilter() {
            return new Plain(name, single);
        }
    }

    private record Multiplying(String name, UnaryOperator<TokenStream> wrap, boolean breaksFastVectorHighlighter)
        implements
            TokenFilterFactory {
        @Override
        public TokenStream create(TokenStream stream) {
            return wrap.apply(stream);
        }

        @Override
        public boolean breaksFastVectorHighlighter() {
            return breaksFastVectorHighlighter;
        }

        @Override
        public TokenFilterFactory getSynonymFilter() {
            throw new IllegalArgumentException("Token filter [" + name + "] cannot be used to parse synonyms");
        }
    }
}
