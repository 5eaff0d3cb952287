package io.alluvium.webhook.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A destination that answers, byte by byte, what a test wants: also what no HTTP server would. */
final class Receiver implements AutoCloseable {

    /** A request as it came. */
    record Request(String line, Map<String, String> headers, String body) {}

    /** What is written for a request; the connection stays open when it returns true. */
    @FunctionalInterface
    interface Script {
        boolean answer(Request request, OutputStream out) throws Exception;
    }

    private final ServerSocket server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    Receiver(Script script) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        daemon(() -> accept(script));
    }

    /** One that gives the same answer to all. */
    static Receiver answering(String status, String... headers) throws IOException {
        String head = "HTTP/1.1 " + status + "\r\ncontent-length: 2\r\n" + String.join("", headers) + "\r\nok";
        return new Receiver((request, out) -> {
            out.write(head.getBytes(ISO_8859_1));
            return true;
        });
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "receiver");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept(Script script) {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                daemon(() -> serve(connection, script));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket connection, Script script) {
        try (connection) {
            Request request;
            do {
                request = read(connection.getInputStream());
                if (request == null) {
                    return;
                }
                requests.add(request);
            } while (script.answer(request, connection.getOutputStream()));
        } catch (Exception gone) {
            return; // the other side has had enough, which is what a test may be about
        }
    }

    private static Request read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.write(next);
        }
        String[] lines = head.toString(ISO_8859_1).split("\r\n");
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Request(lines[0], headers, new String(body, UTF_8));
    }

    int port() {
        return server.getLocalPort();
    }

    List<Request> requests() {
        return requests;
    }

    int connections() {
        return connections.size();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
