package io.alluvium.webhook.intake;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON pointers (RFC 6901), looked up all at once while a value is read to its end. Thread-safe once it is built. */
final class Paths {

    private static final class Node {

        private final Map<String, Node> children = new HashMap<>();
        private int slot = -1;
    }

    private final Node root = new Node();
    private int slots;

    /** @return where {@link #read} will put what is there */
    int add(String pointer) {
        Node node = root;
        for (String step : pointer.substring(1).split("/", -1)) {
            node = node.children.computeIfAbsent(step.replace("~1", "/").replace("~0", "~"), name -> new Node());
        }
        if (node.slot < 0) {
            node.slot = slots++;
        }
        return node.slot;
    }

    /** Texts and numbers, by slot; null where there is something else or nothing. Of a repeated field the last counts. */
    @Nullable
    String[] read(JsonBody json) throws IOException {
        @Nullable String[] values = new String[slots];
        read(json, root, values);
        return values;
    }

    private static void read(JsonBody json, @Nullable Node node, @Nullable String[] values) throws IOException {
        if (node == null) {
            json.skip();
        } else if (json.token() == JsonToken.START_OBJECT) {
            for (String name = json.nextField(); name != null; name = json.nextField()) {
                read(json, node.children.get(name), values);
            }
        } else if (json.token() == JsonToken.START_ARRAY && !node.children.isEmpty()) {
            for (int i = 0; json.nextElement(); i++) {
                read(json, node.children.get(String.valueOf(i)), values);
            }
        } else if (node.slot >= 0) {
            values[node.slot] = json.scalar();
        } else {
            json.skip();
        }
    }
}
