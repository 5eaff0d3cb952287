package io.alluvium.localstack;

import java.util.List;
import java.util.stream.LongStream;

/** What was published on each way in, beside what became of it. */
record DemoReport(List<Way> ways) {

    private static final String LINE = "  %-24s %,9d %,9d %,9d %,9d%n";
    private static final String HEAD = "  %-24s %9s %9s %9s %9s%n";

    /**
     * One way in.
     *
     * @param published events sent
     * @param again     of them, sent a second time on purpose
     * @param malformed of them, broken on purpose
     * @param became    what the sink has counted since the first of them was sent
     */
    record Way(String name, int published, int again, int malformed, SinkBooks became) {

        boolean isBalanced() {
            return became.balanced()
                    && became.lag() == 0
                    && became.polled() == published
                    && became.duplicate() == again
                    && became.dead() == malformed
                    && became.stored() == published - again - malformed;
        }
    }

    DemoReport {
        ways = List.copyOf(ways);
    }

    boolean isBalanced() {
        return !ways.isEmpty() && ways.stream().allMatch(Way::isBalanced);
    }

    String table() {
        StringBuilder table =
                new StringBuilder("\n" + HEAD.formatted("way in", "published", "stored", "duplicate", "dead"));
        ways.forEach(way -> table.append(LINE.formatted(
                way.name(),
                way.published(),
                way.became().stored(),
                way.became().duplicate(),
                way.became().dead())));
        table.append(LINE.formatted(
                "total",
                sum(ways.stream().mapToLong(Way::published)),
                sum(ways.stream().mapToLong(way -> way.became().stored())),
                sum(ways.stream().mapToLong(way -> way.became().duplicate())),
                sum(ways.stream().mapToLong(way -> way.became().dead()))));
        return table.toString();
    }

    String verdict() {
        if (isBalanced()) {
            return "The books balance: each event is stored once, known as a duplicate, or kept as a dead letter.";
        }
        StringBuilder verdict = new StringBuilder("THE BOOKS DO NOT BALANCE.");
        ways.stream()
                .filter(way -> !way.isBalanced())
                .forEach(way -> verdict.append("%n  %s: expected %d stored, %d duplicate, %d dead; the sink says %s"
                        .formatted(
                                way.name(),
                                way.published() - way.again() - way.malformed(),
                                way.again(),
                                way.malformed(),
                                way.became())));
        return verdict.toString();
    }

    private static long sum(LongStream numbers) {
        return numbers.sum();
    }
}
