package io.alluvium.localstack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Apache Kafka broker in this JVM: one node, KRaft, listening on 127.0.0.1.
 *
 * <p>Topics, records and consumer groups live in the directory and are there again after {@link #stop()} and
 * {@link #start()}, on the same port. Topics are not created by being named: create them, as in production. Thread-safe.
 */
public final class LocalKafka implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LocalKafka.class);
    private static final int NODE = 1;
    private static final String CONTROLLER = "CONTROLLER";

    static {
        // A broker that cannot go on ends its JVM. This JVM is not the broker's own: it is a test or `run`, and lives
        // on.
        Exit.setExitProcedure(LocalKafka::refuseToExit);
        Exit.setHaltProcedure(LocalKafka::refuseToExit);
    }

    private final Path directory;
    private final int port;
    private @Nullable KafkaRaftServer server;

    private LocalKafka(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /**
     * A normal return means that the broker takes requests.
     *
     * @param directory where records are kept; created if missing; one broker at a time
     * @param port      0 for a free one
     * @throws LocalStackException if the port is taken or the directory cannot be used
     */
    public static LocalKafka start(Path directory, int port) {
        for (int attempt = 1; ; attempt++) {
            LocalKafka kafka = new LocalKafka(directory.toAbsolutePath(), Ports.choose(port));
            try {
                kafka.start();
                return kafka;
            } catch (LocalStackException taken) {
                // A port that was free a moment ago may be somebody's by now; one that was asked for is not replaced.
                if (port != 0 || attempt == 3) {
                    throw taken;
                }
            }
        }
    }

    public String bootstrapServers() {
        return Ports.HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    /** Starts the broker again with the data it had, on the same port. Does nothing if it is running. */
    public synchronized void start() {
        if (server != null) {
            return;
        }
        Ports.requireFree(port, "Kafka");
        Map<String, String> settings = settings(Ports.choose(0));
        format();
        KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        try {
            starting.startup();
        } catch (RuntimeException failure) {
            starting.shutdown();
            throw new LocalStackException(
                    "Kafka does not start in " + directory + ": " + failure.getMessage(), failure);
        }
        server = starting;
        LOGGER.atInfo().addKeyValue("bootstrapServers", bootstrapServers()).log("kafka started");
    }

    /** Takes the broker away in an orderly manner and keeps its data. Does nothing if it is not running. */
    public synchronized void stop() {
        if (server == null) {
            return;
        }
        server.shutdown();
        server.awaitShutdown();
        server = null;
        LOGGER.atInfo().addKeyValue("bootstrapServers", bootstrapServers()).log("kafka stopped");
    }

    @Override
    public void close() {
        stop();
    }

    private void format() {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(directory);
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(NODE)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setDirectories(List.of(directory.toString()))
                    .setMetadataLogDirectory(directory.toString())
                    .setControllerListenerName(CONTROLLER)
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .run();
        } catch (IOException unusable) {
            throw new LocalStackException(
                    "Kafka cannot keep its data in " + directory + ": " + unusable.getMessage(), unusable);
        } catch (Exception failure) { // Formatter.run() declares nothing narrower
            throw new LocalStackException("Kafka cannot prepare " + directory + ": " + failure.getMessage(), failure);
        }
    }

    private Map<String, String> settings(int controllerPort) {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE));
        settings.put("log.dirs", directory.toString());
        settings.put(
                "listeners",
                "PLAINTEXT://" + bootstrapServers() + "," + CONTROLLER + "://" + Ports.HOST + ":" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + bootstrapServers());
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("controller.quorum.voters", NODE + "@" + Ports.HOST + ":" + controllerPort);

        settings.put("auto.create.topics.enable", "false");
        settings.put("delete.topic.enable", "true");
        settings.put("num.partitions", "4");

        // One node: every internal topic has one replica, and few partitions, since each is a directory with two index
        // files.
        settings.put("offsets.topic.num.partitions", "5");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("transaction.state.log.num.partitions", "2");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");

        // A laptop: no waiting for members who are not coming, few threads, little memory set aside.
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("broker.heartbeat.interval.ms", "200");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        return settings;
    }

    private static void refuseToExit(int status, @Nullable String message) {
        String why = message == null ? "status " + status : message;
        LOGGER.atError()
                .addKeyValue("status", status)
                .addKeyValue("reason", why)
                .log("kafka broker gave up");
        throw new LocalStackException("the Kafka broker gave up: " + why);
    }
}
