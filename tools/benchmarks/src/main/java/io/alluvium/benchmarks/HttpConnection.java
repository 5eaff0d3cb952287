package io.alluvium.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;

/** One kept-alive connection of HTTP/1.1, as thin as can be: the client should not be what is measured. */
final class HttpConnection implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] line = new byte[8192];

    HttpConnection(int port) throws IOException {
        this.socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** @return the status */
    int post(String path, byte[] json) throws IOException {
        return send("POST", path, json);
    }

    /** @return the status */
    int send(String method, String path, byte[] json) throws IOException {
        return send(method, path, "", json);
    }

    /**
     * @param headers further ones, each ended as HTTP ends lines
     * @return the status
     */
    int send(String method, String path, String headers, byte[] json) throws IOException {
        byte[] head = (method + " " + path
                        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + headers
                        + "Content-Length: " + json.length + "\r\n\r\n")
                .getBytes(US_ASCII);
        byte[] request = new byte[head.length + json.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(json, 0, request, head.length, json.length);
        out.write(request);
        return answer();
    }

    private int answer() throws IOException {
        int status = Integer.parseInt(line().substring(9, 12));
        int length = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
        }
        if (length < 0) {
            throw new IOException("an answer without length: status " + status);
        }
        in.skipNBytes(length);
        return status;
    }

    private String line() throws IOException {
        int length = 0;
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || length == line.length) {
                throw new IOException("the connection ended, or a line does not");
            }
            line[length++] = (byte) c;
        }
        return new String(line, 0, length - 1, US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
