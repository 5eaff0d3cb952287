package io.alluvium.localstack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.logging.FileHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The one command: Kafka and PostgreSQL, then the services, until Ctrl-C. Started by the script {@code run}. */
public final class Run {

    private static final int FAILED = 1;
    private static final int NOT_AS_ASKED = 2;

    private final Path repository;
    private final RunOptions options;
    private final Progress progress;
    private final Parts parts = new Parts();

    private Run(Path repository, RunOptions options, Progress progress) {
        this.repository = repository;
        this.options = options;
        this.progress = progress;
    }

    public static void main(String[] arguments) {
        RunOptions options = new RunOptions();
        CommandLine commandLine = new CommandLine(options);
        try {
            commandLine.parseArgs(arguments);
            options.requireSense();
        } catch (ParameterException wrong) {
            System.err.println("run: " + wrong.getMessage() + " (./run --help shows what there is)");
            System.exit(NOT_AS_ASKED);
        }
        if (options.help) {
            System.out.print(usage());
            System.exit(0);
        }
        boolean terminal = Boolean.getBoolean("run.terminal");
        System.exit(new Run(Path.of("").toAbsolutePath(), options, new Progress(System.out, terminal)).run());
    }

    private int run() {
        try (RunDirectory directory = RunDirectory.take(repository.resolve(".local"))) {
            prepare(directory);
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "run-stop"));
            return startAndStay(directory);
        } catch (LocalStackException reason) {
            System.err.println("run: " + reason.getMessage());
            return NOT_AS_ASKED;
        }
    }

    private int startAndStay(RunDirectory directory) {
        try {
            long began = System.nanoTime();
            LocalStack stack = startStack(directory);
            Receiver receiver = parts.start(() -> Receiver.start(
                    options.receiverPort(), LocalWebhooks.deliverySecret(directory), directory.log(Receiver.LOG)));
            List<ServiceProcess> services = startServices(stack, directory);
            progress.say(String.format("  everything is ready after %.1f s%n", Progress.secondsSince(began)));
            boolean balanced = !options.demo || new Demo(options, directory, receiver, progress).play();
            progress.say(new WhereToLook(options, directory).text());
            if (!options.once) {
                progress.say("\nRunning. Ctrl-C stops everything.");
                stayUntilOneEnds(stack, services);
            }
            return balanced ? 0 : FAILED;
        } catch (LocalStackException reason) {
            if (!parts.isEndingWithin(Duration.ofMillis(500))) {
                System.err.println("\nrun: " + reason.getMessage());
            }
            return FAILED;
        } finally {
            stop();
        }
    }

    private void prepare(RunDirectory directory) {
        logTo(directory.log("kafka"));
        directory.endLeftovers();
        if (options.fresh) {
            directory.clear();
        }
        for (Service service : Service.ALL) {
            requireFree(service.port(options.portBase), service.name());
            requireFree(service.managementPort(options.portBase), service.name());
            if (!Files.exists(service.jar(repository))) {
                throw new LocalStackException(service.name() + " is not built: start ./run, which builds it");
            }
        }
        requireFree(options.kafkaPort(), "Kafka");
        requireFree(options.postgresPort(), "PostgreSQL");
        requireFree(options.receiverPort(), "the receiver of webhooks");
    }

    private void requireFree(int port, String forWhom) {
        try {
            Ports.requireFree(port, forWhom);
        } catch (LocalStackException taken) {
            throw new LocalStackException(
                    taken.getMessage() + "; choose other ports with --port-base, for example ./run --port-base "
                            + (options.portBase < 40_000 ? options.portBase + 1000 : 18_080),
                    taken);
        }
    }

    private LocalStack startStack(RunDirectory directory) {
        Map<String, Integer> ports = Map.of("Kafka", options.kafkaPort(), "PostgreSQL", options.postgresPort());
        return parts.start(() -> progress.during(
                "Kafka, PostgreSQL",
                () -> LocalStack.start(
                        directory.root(),
                        options.kafkaPort(),
                        options.postgresPort(),
                        (part, took) -> progress.ready(part, took, Ports.HOST + ":" + ports.get(part)))));
    }

    private List<ServiceProcess> startServices(LocalStack stack, RunDirectory directory) {
        List<ServiceProcess> services = new ArrayList<>();
        for (Service service : Service.ALL) {
            stack.postgres().createSchemaWithRole(service.schema());
            services.add(parts.start(() -> ServiceProcess.start(service, repository, directory, options)));
        }
        for (ServiceProcess service : services) {
            String name = service.service().name();
            Duration took = progress.during(name, service::awaitReady);
            progress.ready(
                    name, took, "http://" + Ports.HOST + ":" + service.service().port(options.portBase));
        }
        return services;
    }

    /** @throws LocalStackException saying which one has ended */
    private static void stayUntilOneEnds(LocalStack stack, List<ServiceProcess> services) {
        List<CompletableFuture<String>> farewells = new ArrayList<>();
        services.forEach(service -> farewells.add(service.ended().thenApply(process -> service.farewell())));
        stack.postgres()
                .process()
                .ifPresent(server -> farewells.add(server.onExit().thenApply(ended -> "PostgreSQL has ended")));
        Object farewell = CompletableFuture.anyOf(farewells.toArray(CompletableFuture[]::new))
                .join();
        throw new LocalStackException(farewell.toString());
    }

    private void stop() {
        if (parts.isEnding()) {
            parts.close(); // waits for whoever is at it
            return;
        }
        long began = System.nanoTime();
        progress.say("\nstopping ...");
        parts.close();
        progress.say(
                String.format("stopped in %.1f s; data and logs are kept in .local", Progress.secondsSince(began)));
    }

    private static String usage() {
        try (InputStream text = Objects.requireNonNull(Run.class.getResourceAsStream("usage.txt"), "usage.txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void logTo(Path file) {
        LogManager.getLogManager().reset();
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tF %1$tT.%1$tL %4$-7s %3$s %5$s%6$s%n");
        try {
            FileHandler handler = new FileHandler(file.toString());
            handler.setFormatter(new SimpleFormatter());
            Logger root = Logger.getLogger("");
            root.addHandler(handler);
            root.setLevel(Level.INFO);
        } catch (IOException unusable) {
            throw new LocalStackException("cannot write " + file + ": " + unusable.getMessage(), unusable);
        }
    }
}
