package io.alluvium.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.webhook.Signatures;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private static List<ProducerRecord<byte[], byte[]>> records(String... keys) {
        return Stream.of(keys)
                .map(key -> new ProducerRecord<>("topic", Signatures.utf8(key), new byte[0]))
                .toList();
    }

    private static List<String> rounds(String... keys) {
        return Rounds.of(records(keys)).stream()
                .map(round -> String.join(
                        "", round.stream().map(one -> new String(one.key())).toList()))
                .toList();
    }

    /** A record that changes all the time must not make every other one wait. */
    @Test
    void thereAreAsManyRoundsAsTheMostFrequentKeyNeeds() {
        assertThat(rounds("h", "a", "h", "b", "h", "c", "d")).containsExactly("habcd", "h", "h");
    }

    @Test
    void aRoundFitsIntoTheMemoryOfTheProducer() {
        List<ProducerRecord<byte[], byte[]>> records = java.util.stream.IntStream.range(0, 10)
                .mapToObj(i -> new ProducerRecord<>("topic", Signatures.utf8("k" + i), new byte[1 << 20]))
                .toList();

        assertThat(Rounds.of(records)).extracting(List::size).containsExactly(4, 4, 2);
    }

    @Test
    void noRoundHasAKeyTwiceAndTheOrderStays() {
        assertThat(rounds("a")).containsExactly("a");
        assertThat(rounds("a", "b", "c")).containsExactly("abc");
        assertThat(rounds("a", "b", "a", "b", "b", "c")).containsExactly("abc", "ab", "b");
    }
}
