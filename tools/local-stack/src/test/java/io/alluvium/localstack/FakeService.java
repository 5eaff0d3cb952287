package io.alluvium.localstack;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** What {@code run} takes for each of the services: it says that it is ready, and ends when its folder says so. */
final class FakeService {

    private static final Path REFUSES_TO_START = Path.of("refuses-to-start");

    private FakeService() {}

    public static void main(String[] arguments) throws IOException {
        if (Files.exists(REFUSES_TO_START)) {
            System.out.println("the reason it gave");
            System.exit(3);
        }
        listen("QUARKUS_HTTP_PORT");
        listen("QUARKUS_MANAGEMENT_PORT");
        System.out.println("fake service listens");
    }

    private static void listen(String variable) throws IOException {
        int port = Integer.parseInt(System.getenv(variable));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(Ports.HOST), port), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    static void refuseToStartIn(Path repository) throws IOException {
        Files.createFile(repository.resolve(REFUSES_TO_START));
    }

    /** Puts it where {@code run} looks for the built services. */
    static void buildIn(Path repository) throws IOException {
        for (Service service : Service.ALL) {
            buildAt(service.jar(repository));
        }
    }

    private static void buildAt(Path jar) throws IOException {
        Files.createDirectories(jar.getParent());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeService.class.getName());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream content = new JarOutputStream(file, manifest)) {
            add(content, FakeService.class);
            add(content, Ports.class);
        }
    }

    private static void add(JarOutputStream content, Class<?> type) throws IOException {
        String path = type.getName().replace('.', '/') + ".class";
        content.putNextEntry(new JarEntry(path));
        try (var bytes = type.getClassLoader().getResourceAsStream(path)) {
            bytes.transferTo(content);
        }
    }
}
