import java.nio.file.Path;
import java.util.Map;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;

/** The real Elasticsearch without x-pack, one node on loopback: {@code Main HOME DATA PORT}. */
public class Main {
    public static void main(String[] arguments) throws Exception {
        String home = arguments[0];
        String data = arguments[1];
        int port = Integer.parseInt(arguments[2]);
        System.setProperty("es.set.netty.runtime.available.processors", "false");
        System.setProperty("es.path.home", home);
        Settings settings = Settings.builder()
            .put("path.home", home)
            .put("path.data", data + "/data")
            .put("path.logs", data + "/logs")
            .put("network.host", "127.0.0.1")
            .put("http.port", port)
            .put("transport.port", port + 1)
            .put("discovery.type", "single-node")
            .put("cluster.name", "celeriac")
            .put("node.name", "one")
            .put("node.processors", 1)
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        LogConfigurator.configureESLogging();
        Node node = new Node(
            InternalSettingsPreparer.prepareEnvironment(
                settings, Map.of(), Path.of(home, "config"), () -> "one"
            )
        );
        node.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception error) {
                error.printStackTrace();
            }
        }));
        Thread.currentThread().join();
    }
}
