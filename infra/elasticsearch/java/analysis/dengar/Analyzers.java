package dengar;

import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.id.IndonesianAnalyzer;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.index.analysis.AnalyzerScope;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** Language analyzers by Elasticsearch name, with `stopwords` and `stem_exclusion`. */
final class Analyzers {
    private Analyzers() {}

    static Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> all() {
        return Map.of(
            "indonesian", language(IndonesianAnalyzer.getDefaultStopSet(), IndonesianAnalyzer::new),
            "english", language(EnglishAnalyzer.getDefaultStopSet(), EnglishAnalyzer::new)
        );
    }

    @FunctionalInterface
    private interface Language {
        Analyzer analyzer(CharArraySet stopWords, CharArraySet notStemmed);
    }

    private record Provider(String name, Analyzer get) implements AnalyzerProvider<Analyzer> {
        @Override
        public AnalyzerScope scope() {
            return AnalyzerScope.INDEX;
        }
    }

    private static AnalysisProvider<AnalyzerProvider<? extends Analyzer>> language(CharArraySet stopWords, Language language) {
        return (index, env, name, settings) -> new Provider(name, build(env, settings, stopWords, language));
    }

    private static Analyzer build(Environment env, Settings settings, CharArraySet stopWords, Language language) {
        return language.analyzer(
            Analysis.parseStopWords(env, settings, stopWords),
            Analysis.parseStemExclusion(settings, CharArraySet.EMPTY_SET)
        );
    }
}
