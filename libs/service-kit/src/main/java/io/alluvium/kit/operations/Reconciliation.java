package io.alluvium.kit.operations;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.SinkRegistration;
import io.alluvium.kit.operations.SinkReport.Tally;
import io.alluvium.kit.operations.TopicExtent.Range;
import io.alluvium.sink.Books;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Compares what the broker holds with what the database has accounted for. */
@Singleton
final class Reconciliation {

    record Report(boolean balanced, List<Topic> topics) {}

    /** @param brokerProblem why what the broker holds is not compared */
    record Topic(String topic, boolean balanced, @Nullable String brokerProblem, List<Partition> partitions) {}

    record Letters(long open, long redriven, long discarded) {
        long all() {
            return open + redriven + discarded;
        }
    }

    /** @param current whether the topic of that id bears the name now; null where the broker does not tell */
    record Partition(
            UUID topicId,
            @Nullable Boolean current,
            int partition,
            boolean balanced,
            @Nullable String reason,
            long nextOffset,
            Tally books,
            @Schema(
                            description =
                                    "Offsets below next_offset that no record was read at: compacted, removed by retention"
                                            + " before the sink began, or markers of transactions")
                    long notPolled,
            Letters deadLetters,
            @Nullable Long startOffset,
            @Nullable Long endOffset,
            @Nullable Long lag,
            @Schema(description = "Offsets that retention removed before they were stored") @Nullable
                    Long lostToRetention) {}

    private record Row(UUID topicId, int partition, long nextOffset, Books books, Letters letters) {}

    /**
     * One statement, so that books and letters are of the same moment. Letters of earlier books, from before the partition was read
     * again, are none of the present ones': their records may be gone by now, or be rows.
     */
    private static final String ACCOUNTS =
            """
            SELECT o.topic_id, o.kafka_partition, o.next_offset, o.polled, o.stored, o.duplicate, o.collapsed, o.dead,
                   COALESCE(d.still_open, 0), COALESCE(d.redriven, 0), COALESCE(d.discarded, 0)
            FROM sink_offset o
            LEFT JOIN (
                SELECT topic_id, kafka_partition, books,
                       SUM(CASE WHEN status = 'OPEN' THEN 1 ELSE 0 END) AS still_open,
                       SUM(CASE WHEN status = 'REDRIVEN' THEN 1 ELSE 0 END) AS redriven,
                       SUM(CASE WHEN status = 'DISCARDED' THEN 1 ELSE 0 END) AS discarded
                FROM dead_letter
                WHERE topic = ?
                GROUP BY topic_id, kafka_partition, books
            ) d ON d.topic_id = o.topic_id AND d.kafka_partition = o.kafka_partition AND d.books = o.books
            WHERE o.topic = ?
            ORDER BY o.topic_id, o.kafka_partition
            """;

    /** SQL Server without row versions may show the letters of a batch and not yet its books: look again. */
    private static final int LOOKS = 5;

    private final SinkOverview overview;
    private final TopicWatch topics;
    private final AgroalDataSource dataSource;

    Reconciliation(SinkOverview overview, TopicWatch topics, AgroalDataSource dataSource) {
        this.overview = overview;
        this.topics = topics;
        this.dataSource = dataSource;
    }

    Report report() throws SQLException {
        List<Topic> reports = new ArrayList<>();
        for (SinkRegistration registration : overview.registrations()) {
            String topic = registration.topic();
            // The broker first: what is stored meanwhile makes the lag smaller, and never an offset lie beyond the end.
            TopicExtent extent = topics.extent(topic).join();
            List<Partition> partitions =
                    rows(topic).stream().map(row -> partition(row, extent)).toList();
            reports.add(
                    new Topic(topic, partitions.stream().allMatch(Partition::balanced), extent.problem(), partitions));
        }
        return new Report(reports.stream().allMatch(Topic::balanced), List.copyOf(reports));
    }

    private List<Row> rows(String topic) throws SQLException {
        List<Row> rows = read(topic);
        for (int look = 1; look < LOOKS && !rows.stream().allMatch(Reconciliation::lettersMatch); look++) {
            rows = read(topic);
        }
        return rows;
    }

    private static boolean lettersMatch(Row row) {
        return row.books.dead() == row.letters.all();
    }

    private List<Row> read(String topic) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = connection.prepareStatement(ACCOUNTS)) {
            select.setString(1, topic);
            select.setString(2, topic);
            List<Row> rows = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            UUID.fromString(row.getString(1)),
                            row.getInt(2),
                            row.getLong(3),
                            new Books(row.getLong(4), row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8)),
                            new Letters(row.getLong(9), row.getLong(10), row.getLong(11))));
                }
            }
            return rows;
        }
    }

    private static Partition partition(Row row, TopicExtent extent) {
        Boolean current = extent.topicId() == null ? null : row.topicId.equals(extent.topicId());
        Range range = Boolean.TRUE.equals(current) ? extent.partitions().get(row.partition) : null;
        String reason = imbalance(row, range);
        return new Partition(
                row.topicId,
                current,
                row.partition,
                reason == null,
                reason,
                row.nextOffset,
                Tally.of(row.books),
                row.nextOffset - row.books.polled(),
                row.letters,
                range == null ? null : range.start(),
                range == null ? null : range.end(),
                range == null ? null : range.lag(row.nextOffset),
                range == null ? null : Math.max(0, range.start() - row.nextOffset));
    }

    private static @Nullable String imbalance(Row row, @Nullable Range range) {
        Books books = row.books;
        if (!books.balanced()) {
            return "of " + books.polled() + " records read the fate of some is not known";
        }
        if (row.nextOffset < books.polled()) {
            return "more records were read than there are offsets below " + row.nextOffset;
        }
        if (!lettersMatch(row)) {
            return books.dead() + " records became dead letters and " + row.letters.all() + " are there";
        }
        if (range != null && range.start() > row.nextOffset) {
            return (range.start() - row.nextOffset)
                    + " offsets were removed from the topic before they were stored: its retention is too short";
        }
        if (range != null && row.nextOffset > range.end()) {
            return "stored up to offset " + row.nextOffset + ", but the topic ends at " + range.end()
                    + ": the broker lost records that are stored, or is another one";
        }
        return null;
    }
}
