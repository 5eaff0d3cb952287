package io.alluvium.localstack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of 127.0.0.1, the only address the stack listens on. */
final class Ports {

    static final String HOST = "127.0.0.1";

    /**
     * Below what operating systems hand to outgoing connections: a client that keeps trying to reach a stopped broker on such a
     * port would, sooner or later, be given that very port for itself and so take it away from the broker.
     */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_000;
    private static final int CONNECT_MILLIS = 500;

    private Ports() {}

    /** @return {@code wished}, or a port that was free at the time of the call if {@code wished} is 0 */
    static int choose(int wished) {
        if (wished != 0) {
            return wished;
        }
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int candidate = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (isFree(candidate)) {
                return candidate;
            }
        }
        throw new LocalStackException("no free port between " + LOWEST + " and " + HIGHEST + " on " + HOST);
    }

    /** @throws LocalStackException naming the port if somebody listens on it */
    static void requireFree(int port, String forWhom) {
        if (!isFree(port)) {
            throw new LocalStackException(
                    "port " + port + " on " + HOST + " is in use by another program: " + forWhom + " needs it");
        }
    }

    static boolean isFree(int port) {
        InetSocketAddress address = new InetSocketAddress(HOST, port);
        try (Socket client = new Socket()) {
            client.connect(address, CONNECT_MILLIS);
            return false; // macOS lets us bind beside a listener on all addresses, so binding alone proves nothing
        } catch (IOException nobodyAnswers) {
            return canBind(port);
        }
    }

    private static boolean canBind(int port) {
        try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
            return server.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
