package io.alluvium.localstack;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a sink says of the records it has read, by fate.
 *
 * @param lag      records in the topic that are not stored yet
 * @param balanced whether the sink itself finds {@code polled = stored + duplicate + collapsed + dead}
 */
record SinkBooks(long polled, long stored, long duplicate, long collapsed, long dead, long lag, boolean balanced) {

    /** @param status the answer of {@code GET /api/sink/status} */
    static SinkBooks of(JsonNode status, String topic) {
        for (JsonNode sink : status.path("sinks")) {
            if (sink.path("topic").asText().equals(topic)) {
                return ofSink(sink);
            }
        }
        throw new LocalStackException("the status names no sink of " + topic + ": " + status);
    }

    private static SinkBooks ofSink(JsonNode sink) {
        JsonNode books = sink.path("books");
        long lag = 0;
        for (JsonNode partition : sink.path("partitions")) {
            lag += partition.path("lag").asLong();
        }
        return new SinkBooks(
                books.path("polled").asLong(),
                books.path("stored").asLong(),
                books.path("duplicate").asLong(),
                books.path("collapsed").asLong(),
                books.path("dead").asLong(),
                lag,
                books.path("balanced").asBoolean());
    }

    /** What was added since the earlier books; lag and balance are those of now. */
    SinkBooks since(SinkBooks earlier) {
        return new SinkBooks(
                polled - earlier.polled,
                stored - earlier.stored,
                duplicate - earlier.duplicate,
                collapsed - earlier.collapsed,
                dead - earlier.dead,
                lag,
                balanced);
    }

    /** Those besides that the service knew already, so that they never came to the topic. */
    SinkBooks plusKnown(int known) {
        return new SinkBooks(polled + known, stored, duplicate + known, collapsed, dead, lag, balanced);
    }
}
