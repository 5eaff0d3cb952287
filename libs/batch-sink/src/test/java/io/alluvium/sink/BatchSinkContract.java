package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a sink promises on every database. */
abstract class BatchSinkContract {

    private static final UUID TOPIC_ID = UUID.fromString("0d6f1b3c-0000-4000-8000-000000000001");

    private static final String CONSUMER = "a";

    private TestDatabase database;
    private BatchSink<Reading> sink;
    private UUID topicNow = TOPIC_ID;
    private int writes;

    abstract TestDatabase open() throws SQLException;

    @BeforeEach
    void start() throws Exception {
        database = open();
        sink = sink(database.kind().append(Reading.APPENDED));
        sink.assigned(CONSUMER, Set.of(0, 1, 2));
    }

    private BatchSink<Reading> sink(BulkWriter<Reading> writer) {
        BulkWriter<Reading> counted = (transaction, rows) -> {
            writes++;
            writer.write(transaction, rows);
        };
        return new BatchSink<>(
                Records.TOPIC,
                database.dataSource(),
                database.kind(),
                Reading::parse,
                counted,
                () -> CompletableFuture.completedFuture(topicNow),
                SinkSettings.DEFAULTS);
    }

    private Books stored(List<ConsumerRecord<byte[], byte[]>> batch) {
        BatchOutcome outcome = sink.store(CONSUMER, batch);
        assertThat(outcome).isInstanceOf(BatchOutcome.Stored.class);
        Books books = ((BatchOutcome.Stored) outcome).books();
        assertThat(books.balanced()).isTrue();
        return books;
    }

    @Test
    void aBatchBecomesRowsWithEveryColumnAsSent() throws SQLException {
        assertThat(stored(Records.range(0, 0, 20))).isEqualTo(new Books(20, 20, 0, 0, 0));

        assertThat(database.number("SELECT count(*) FROM reading")).isEqualTo(20);
        String eleventh = "FROM reading WHERE number = 11";
        assertThat(database.texts("SELECT event_id " + eleventh).get(0))
                .isEqualToIgnoringCase(Records.id(0, 11).toString());
        assertThat(database.texts("SELECT name " + eleventh)).containsExactly("n11");
        assertThat(database.texts("SELECT body " + eleventh)).containsExactly("{\"n\": 1.50, \"name\":\"n11\"}");
        assertThat(database.texts("SELECT seen_at " + eleventh).get(0)).contains("13:20.123467");
        assertThat(database.number("SELECT large " + eleventh)).isEqualTo(5_000_000_011L);
        assertThat(database.texts("SELECT ratio " + eleventh).get(0)).startsWith("1.375");
        String unknown = "body IS NULL AND raw IS NULL AND flag IS NULL AND maybe_int IS NULL AND maybe_at IS NULL";
        assertThat(database.number("SELECT count(*) FROM reading WHERE " + unknown))
                .isEqualTo(3);
        assertThat(database.number("SELECT maybe_long - maybe_int " + eleventh)).isEqualTo(6_000_000_000L);
        assertThat(database.texts("SELECT maybe_at " + eleventh)).anyMatch(at -> at.contains("26:40.000012"));
    }

    @Test
    void rowsGetTheirNumbersInTheOrderOfTheBatch() throws SQLException {
        stored(Records.range(0, 0, 500));

        List<String> numbers = database.texts("SELECT number FROM reading ORDER BY id");

        assertThat(numbers.stream().map(Integer::valueOf)).isSorted().hasSize(500);
    }

    @Test
    void aRedeliveredBatchIsCountedAsDuplicateAndChangesNothing() throws SQLException {
        stored(Records.range(0, 0, 50));

        assertThat(stored(Records.range(0, 0, 60))).isEqualTo(new Books(60, 10, 50, 0, 0));

        assertThat(database.number("SELECT count(*) FROM reading")).isEqualTo(60);
        assertThat(books(0)).isEqualTo(new Books(60, 60, 0, 0, 0));
    }

    @Test
    void theSameEventAtAnotherOffsetIsADuplicate() throws SQLException {
        stored(Records.range(0, 0, 50));
        List<ConsumerRecord<byte[], byte[]>> again = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            again.add(Records.of(0, 50 + i, new Reading(Records.id(0, 40 + i), "again", 40 + i).text()));
        }

        assertThat(stored(again)).isEqualTo(new Books(20, 10, 10, 0, 0));
        assertThat(stored(Records.range(0, 70, 5))).isEqualTo(new Books(5, 5, 0, 0, 0));

        assertThat(books(0)).isEqualTo(new Books(75, 65, 10, 0, 0));
        assertThat(database.number("SELECT count(*) FROM reading WHERE name = 'again'"))
                .isEqualTo(10);
    }

    @Test
    void ofOneEventTwiceInABatchTheFirstIsStored() throws SQLException {
        UUID id = Records.id(0, 0);

        Books books = stored(List.of(
                Records.of(0, 0, new Reading(id, "first", 0).text()),
                Records.of(0, 1, new Reading(id, "second", 1).text())));

        assertThat(books).isEqualTo(new Books(2, 1, 1, 0, 0));
        assertThat(database.texts("SELECT name FROM reading")).containsExactly("first");
    }

    @Test
    void onePoisonRowOfFiveThousandCostsAtMostThirtyWritesAndIsKeptAsDeadLetter() throws SQLException {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>(Records.range(0, 0, 5000));
        batch.set(3210, Records.of(0, 3210, new Reading(Records.id(0, 3210), "poison", -1).text()));

        assertThat(stored(batch)).isEqualTo(new Books(5000, 4999, 0, 0, 1));

        assertThat(writes).isLessThanOrEqualTo(30);
        DeadLetters.Letter letter = new DeadLetters(database.dataSource(), database.kind())
                .list(because(null), Long.MAX_VALUE, 10)
                .get(0);
        assertThat(letter.offset()).isEqualTo(3210);
        assertThat(letter.reason()).contains("number_is_not_negative");
        assertThat(letter.sqlState()).isNotBlank();
        assertThat(letter.payload()).isEqualTo(batch.get(3210).value());
        assertThat(letter.key()).isEqualTo(batch.get(3210).key());
    }

    @Test
    void poisonAmongDuplicatesIsFoundToo() throws SQLException {
        stored(Records.range(0, 0, 100));
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>(Records.range(0, 100, 100));
        batch.set(10, Records.of(0, 110, new Reading(Records.id(0, 5), "again", 5).text()));
        batch.set(60, Records.of(0, 160, new Reading(Records.id(0, 160), "poison", -1).text()));
        batch.set(61, Records.of(0, 161, "no reading"));

        assertThat(stored(batch)).isEqualTo(new Books(100, 97, 1, 0, 2));

        DeadLetters letters = new DeadLetters(database.dataSource(), database.kind());
        assertThat(letters.count(because("a reading has 3 parts"))).isOne();
        assertThat(letters.count(because("A reading"))).isZero();
    }

    private static DeadLetters.Filter because(@Nullable String part) {
        return new DeadLetters.Filter(null, null, null, null, part);
    }

    @Test
    void aBatchOfNothingButPoisonIsDeferredAndNothingIsThrownAway() throws SQLException {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            batch.add(Records.of(0, i, new Reading(Records.id(0, i), "poison", -1).text()));
        }

        BatchOutcome outcome = sink.store(CONSUMER, batch);

        assertThat(outcome).isInstanceOf(BatchOutcome.Deferred.class);
        assertThat(((BatchOutcome.Deferred) outcome).kind()).isEqualTo(FailureKind.SYSTEMIC);
        assertThat(database.number("SELECT count(*) FROM dead_letter")).isZero();
        assertThat(books(0)).isEqualTo(Books.EMPTY);
    }

    @Test
    void aMissingTableDefersTheBatchUntilItIsBack() throws SQLException {
        List<ConsumerRecord<byte[], byte[]>> batch = Records.range(0, 0, 10);
        rename("reading", "reading_away");

        BatchOutcome outcome = sink.store(CONSUMER, batch);
        assertThat(outcome).isInstanceOf(BatchOutcome.Deferred.class);
        assertThat(((BatchOutcome.Deferred) outcome).kind()).isEqualTo(FailureKind.SYSTEMIC);
        assertThat(((BatchOutcome.Deferred) outcome).reason()).contains("reading");

        rename("reading_away", "reading");
        assertThat(stored(batch)).isEqualTo(new Books(10, 10, 0, 0, 0));
        assertThat(database.number("SELECT count(*) FROM dead_letter")).isZero();
    }

    private void rename(String from, String to) throws SQLException {
        database.run(
                database.kind() == SinkDatabase.POSTGRESQL
                        ? "ALTER TABLE " + from + " RENAME TO " + to
                        : "EXEC sp_rename '" + from + "', '" + to + "', 'OBJECT'");
    }

    @Test
    void aDatabaseRestoredToAnOlderStateIsFilledAgainFromTheTopic() throws SQLException {
        stored(Records.range(0, 0, 100));
        database.run("DELETE FROM reading WHERE number >= 30");
        database.run("UPDATE sink_offset SET next_offset = 30, polled = 30, stored = 30 WHERE kafka_partition = 0");

        BatchOutcome ahead = sink.store(CONSUMER, Records.range(0, 100, 10));
        assertThat(((BatchOutcome.Stored) ahead).seeks()).isEqualTo(Map.of(0, 30L));
        assertThat(stored(Records.range(0, 110, 10))).isEqualTo(Books.EMPTY);
        stored(Records.range(0, 30, 90));

        assertThat(database.number("SELECT count(DISTINCT event_id) FROM reading"))
                .isEqualTo(120);
        assertThat(books(0)).isEqualTo(new Books(120, 120, 0, 0, 0));
    }

    @Test
    void booksThatBeginAnewCountTheLettersThatAreReadAgainAndNoOthers() throws Exception {
        stored(List.of(Records.of(0, 0, "no reading"), Records.of(0, 1, "no reading")));
        database.run("DELETE FROM sink_offset");
        sink.assigned(CONSUMER, Set.of(0));
        stored(List.of(Records.of(0, 1, "no reading"))); // Kafka has removed the first

        assertThat(books(0)).isEqualTo(new Books(1, 0, 0, 0, 1));
        assertThat(database.texts("SELECT kafka_offset FROM dead_letter d JOIN sink_offset o ON o.books = d.books"))
                .containsExactly("1");
    }

    @Test
    void aTopicMadeAnewUnderTheSameNameStartsAfresh() throws SQLException {
        stored(Records.range(0, 0, 100));
        topicNow = UUID.fromString("0d6f1b3c-0000-4000-8000-000000000002");

        List<ConsumerRecord<byte[], byte[]>> anew = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            anew.add(Records.of(0, i, new Reading(Records.id(7, i), "anew", i).text()));
        }
        assertThat(((BatchOutcome.Stored) sink.store(CONSUMER, anew)).seeks()).isEqualTo(Map.of(0, 0L));
        assertThat(stored(anew)).isEqualTo(new Books(10, 10, 0, 0, 0));

        assertThat(database.number("SELECT count(*) FROM reading")).isEqualTo(110);
    }

    @Test
    void partitionsOfOneBatchKeepTheirOwnBooks() throws SQLException {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>(Records.range(0, 0, 5));
        batch.addAll(Records.range(1, 0, 7));
        batch.add(Records.of(1, 7, "no reading"));

        assertThat(stored(batch)).isEqualTo(new Books(13, 12, 0, 0, 1));

        assertThat(books(0)).isEqualTo(new Books(5, 5, 0, 0, 0));
        assertThat(books(1)).isEqualTo(new Books(8, 7, 0, 0, 1));
    }

    @Test
    void currentStateIsTheNewestRowOfEachKey() throws Exception {
        sink = sink(database.kind().upsert(Reading.CURRENT, "large"));
        sink.assigned(CONSUMER, Set.of(0));
        assertThat(stored(states(0, "a:1", "b:5", "a:3", "a:2"))).isEqualTo(new Books(4, 2, 0, 2, 0));
        assertThat(database.texts("SELECT number FROM reading_now ORDER BY name"))
                .containsExactly("3", "5");

        assertThat(stored(states(4, "b:4", "a:6", "c:1"))).isEqualTo(new Books(3, 2, 1, 0, 0));
        assertThat(database.texts("SELECT number FROM reading_now ORDER BY name"))
                .containsExactly("6", "5", "1");
    }

    @Test
    void withoutANewestColumnTheLaterRecordWins() throws Exception {
        sink = sink(database.kind().upsert(Reading.CURRENT, null));
        sink.assigned(CONSUMER, Set.of(0));

        stored(states(0, "a:1", "a:3", "a:2"));
        stored(states(3, "a:1"));

        assertThat(database.texts("SELECT number FROM reading_now")).containsExactly("1");
    }

    private static List<ConsumerRecord<byte[], byte[]>> states(long first, String... states) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String state : states) {
            String[] parts = state.split(":");
            long offset = first + records.size();
            records.add(Records.of(
                    0, offset, new Reading(Records.id(0, offset), parts[0], Integer.parseInt(parts[1])).text()));
        }
        return records;
    }

    private Books books(int partition) throws SQLException {
        return new SinkOffsets(database.dataSource())
                .of(Records.TOPIC).stream()
                        .filter(p -> p.partition() == partition && p.topicId().equals(TOPIC_ID))
                        .findFirst()
                        .orElseThrow()
                        .books();
    }
}
