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

    @Test
    void noRoundHasAKeyTwiceAndTheOrderStays() {
        assertThat(rounds("a")).containsExactly("a");
        assertThat(rounds("a", "b", "c")).containsExactly("abc");
        assertThat(rounds("a", "b", "a", "b", "b", "c")).containsExactly("ab", "ab", "bc");
    }
}
