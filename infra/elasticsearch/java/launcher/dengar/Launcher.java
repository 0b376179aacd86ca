package dengar;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Starts the Elasticsearch server from jars on the class path, without the distribution its own main class needs.
 *
 * <p>One argument: the configuration folder (elasticsearch.yml, log4j2.properties). It runs until SIGTERM, then closes the node.
 */
public final class Launcher {
    private Launcher() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            System.err.println("usage: dengar.Launcher CONFIG_FOLDER");
            System.exit(2);
        }
        Path config = Path.of(args[0]).toAbsolutePath();
        LogConfigurator.configureESLogging();
        Environment environment = InternalSettingsPreparer.prepareEnvironment(Settings.EMPTY, Map.of(), config, () -> "dengar");
        LogConfigurator.configure(environment, true);

        PluginsLoader loader = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir(), false),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir(), false),
            Map.of(),
            false
        );
        Node node = new Node(environment, loader);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception e) {
                e.printStackTrace();
            } finally {
                closed.countDown();
            }
        }, "dengar-shutdown"));
        node.start();
        closed.await();
    }
}
