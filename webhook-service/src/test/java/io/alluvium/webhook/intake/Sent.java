package io.alluvium.webhook.intake;

import io.alluvium.webhook.Signatures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A delivery in the making. */
final class Sent {

    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private byte[] body = new byte[0];
    private Instant at = Instant.now();

    static Sent body(String text) {
        return body(Signatures.utf8(text));
    }

    static Sent body(byte[] bytes) {
        Sent sent = new Sent();
        sent.body = bytes;
        return sent;
    }

    Sent header(String name, String value) {
        headers.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
        return this;
    }

    Sent at(Instant time) {
        at = time;
        return this;
    }

    Delivery delivery() {
        return new Delivery(name -> headers.getOrDefault(name, List.of()), body, at);
    }
}
