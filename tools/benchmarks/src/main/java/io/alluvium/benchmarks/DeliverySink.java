package io.alluvium.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.BitSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP destination as thin as can be, which answers 204 and looks at every body: the events of each record must come in
 * their order.
 */
final class DeliverySink implements AutoCloseable {

    private static final byte[] NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n".getBytes(ISO_8859_1);
    private static final String EVENT_ID = "\"event_id\":\"";

    private final ServerSocket server;
    private final int[] newestOfRecord;
    private final BitSet seen;
    private final int perRecord;

    private int requests;
    private int repeated;
    private int overtaken;
    private long first;
    private long last;

    DeliverySink(int records, int perRecord) throws IOException {
        this.newestOfRecord = new int[records];
        this.seen = new BitSet(records * perRecord);
        this.perRecord = perRecord;
        this.server = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
        daemon(this::accept);
    }

    /** What has come so far. */
    record Figures(int requests, int events, int repeated, int overtaken, double seconds) {}

    int port() {
        return server.getLocalPort();
    }

    synchronized Figures figures() {
        return new Figures(requests, seen.cardinality(), repeated, overtaken, (last - first) / 1e9);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "delivery-sink");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                daemon(() -> serve(socket));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 16_384);
            byte[] line = new byte[8192];
            for (String body = body(in, line); body != null; body = body(in, line)) {
                take(body);
                socket.getOutputStream().write(NO_CONTENT);
            }
        } catch (IOException gone) {
            return;
        }
    }

    private static @Nullable String body(InputStream in, byte[] line) throws IOException {
        int length = 0;
        for (String header = line(in, line); header != null; header = line(in, line)) {
            if (header.isEmpty()) {
                return new String(in.readNBytes(length), ISO_8859_1);
            }
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
        }
        return null;
    }

    private static @Nullable String line(InputStream in, byte[] line) throws IOException {
        for (int length = 0; ; length++) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            if (next == '\n') {
                return new String(line, 0, length - 1, ISO_8859_1);
            }
            line[length] = (byte) next;
        }
    }

    /** Ids are {@code <record>-<number>}, numbers from 1. */
    private synchronized void take(String body) {
        last = System.nanoTime();
        first = requests++ == 0 ? last : first;
        int start = body.indexOf(EVENT_ID) + EVENT_ID.length();
        int dash = body.indexOf('-', start);
        int record = Integer.parseInt(body.substring(start, dash));
        int number = Integer.parseInt(body.substring(dash + 1, body.indexOf('"', dash)));
        int event = record * perRecord + number - 1;
        if (seen.get(event)) {
            repeated++;
            return;
        }
        seen.set(event);
        if (number != newestOfRecord[record] + 1) {
            overtaken++;
        }
        newestOfRecord[record] = Math.max(newestOfRecord[record], number);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
