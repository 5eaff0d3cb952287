package io.alluvium.localstack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Published beside settled.
 *
 * @param sent       events by way in
 * @param duplicates of them, sent a second time on purpose
 * @param malformed  of them, broken on purpose
 * @param settled    what the sink has counted since the demo began
 */
record DemoReport(Map<String, Integer> sent, int duplicates, int malformed, SinkBooks settled) {

    boolean isBalanced() {
        return settled.balanced()
                && settled.lag() == 0
                && settled.polled() == published()
                && settled.duplicate() == duplicates
                && settled.dead() == malformed
                && settled.stored() == published() - duplicates - malformed;
    }

    String table() {
        List<String> left = new ArrayList<>();
        sent.forEach((way, count) -> left.add(line(way, count)));
        List<String> right = new ArrayList<>(List.of(
                line("stored", settled.stored()),
                line("duplicate", settled.duplicate()),
                line("dead", settled.dead())));
        while (right.size() < left.size()) {
            right.add("");
        }
        left.add(line("total", published()));
        right.add(line("total", settled.polled()));
        StringBuilder table = new StringBuilder("\n  %-28s   %s%n".formatted("published", "became"));
        for (int i = 0; i < left.size(); i++) {
            table.append("  ")
                    .append(left.get(i))
                    .append("   ")
                    .append(right.get(i))
                    .append('\n');
        }
        return table.toString();
    }

    String verdict() {
        if (isBalanced()) {
            return "\nThe books balance: each event is stored once, known as a duplicate, or kept as a dead letter.";
        }
        return "\nTHE BOOKS DO NOT BALANCE: expected " + (published() - duplicates - malformed) + " stored, "
                + duplicates + " duplicate, " + malformed + " dead; the sink says " + settled;
    }

    private long published() {
        return sent.values().stream().mapToLong(Integer::longValue).sum();
    }

    private static String line(String what, long count) {
        return String.format("%-20s %,7d", what, count);
    }
}
