package dengar;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.text.ParseException;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.synonym.SolrSynonymParser;
import org.apache.lucene.analysis.synonym.SynonymGraphFilter;
import org.apache.lucene.analysis.synonym.SynonymMap;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexService.IndexCreationContext;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.CustomAnalyzer;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;

/**
 * The `synonym_graph` filter with rules in Solr's format (`synonyms` or `synonyms_path`, `expand`).
 *
 * <p>Rules are read with the filters that precede this one in the analyzer, so that both sides are folded and stemmed alike.
 */
record Synonyms(String name, List<String> rules, boolean expand) implements TokenFilterFactory {

    static TokenFilterFactory graph(IndexSettings index, Environment env, String name, Settings settings) {
        if ("solr".equals(settings.get("format", "solr")) == false) {
            throw new IllegalArgumentException("the embedded server reads synonyms in [solr] format only");
        }
        List<String> rules = Analysis.getWordList(env, settings, "synonyms");
        if (rules == null) {
            throw new IllegalArgumentException("synonym requires either `synonyms` or `synonyms_path` to be configured");
        }
        return new Synonyms(name, rules, settings.getAsBoolean("expand", true));
    }

    @Override
    public TokenStream create(TokenStream stream) {
        throw new IllegalStateException("Call getChainAwareTokenFilterFactory to specialize this factory for an analysis chain first");
    }

    @Override
    public TokenFilterFactory getChainAwareTokenFilterFactory(
        IndexCreationContext context,
        TokenizerFactory tokenizer,
        List<CharFilterFactory> charFilters,
        List<TokenFilterFactory> previous,
        Function<String, TokenFilterFactory> allFilters
    ) {
        Analyzer chain = new CustomAnalyzer(
            tokenizer,
            charFilters.toArray(CharFilterFactory[]::new),
            previous.stream().map(TokenFilterFactory::getSynonymFilter).toArray(TokenFilterFactory[]::new)
        );
        SynonymMap map = parse(chain);
        if (map.fst == null) {
            return Filter.of(name, in -> in);
        }
        return new Ready(name, map);
    }

    private SynonymMap parse(Analyzer chain) {
        SolrSynonymParser parser = new SolrSynonymParser(true, expand, chain);
        try (Reader reader = new StringReader(String.join("\n", rules))) {
            parser.parse(reader);
            return parser.build();
        } catch (IOException | ParseException e) {
            throw new IllegalArgumentException("failed to build synonyms of [" + name + "]: " + e.getMessage(), e);
        }
    }

    private record Ready(String name, SynonymMap map) implements TokenFilterFactory {
        @Override
        public TokenStream create(TokenStream stream) {
            return new SynonymGraphFilter(stream, map, false);
        }

        @Override
        public TokenFilterFactory getSynonymFilter() {
            // A second synonym filter sees the rules of the first as plain words.
            return Filter.of(name, in -> in);
        }
    }
}
