package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.sink.PartitionCursors.Verdict;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PartitionCursorsTest {

    private static final UUID TOPIC = new UUID(0, 1);
    private static final UUID TOPIC_ANEW = new UUID(0, 2);

    private final AtomicLong clock = new AtomicLong();
    private final PartitionCursors cursors = new PartitionCursors(clock::get);

    @Test
    void recordsOfAnUnknownPartitionAreReadAgainFromTheStoredOffset() {
        cursors.topic(TOPIC);

        assertThat(cursors.judge(0, 500, 100)).isEqualTo(new Verdict.Seek(100));
        assertThat(cursors.judge(0, 900, 100)).isEqualTo(new Verdict.ReadAhead());
        assertThat(cursors.judge(0, 100, 100)).isEqualTo(new Verdict.Continues());
    }

    @Test
    void aGapAfterAnAssignmentIsNoLoss() {
        cursors.assigned(TOPIC, Map.of(0, 100L));

        assertThat(cursors.judge(0, 150, 100)).isEqualTo(new Verdict.Continues());
    }

    @Test
    void aDatabaseThatWentBackIsFollowed() {
        cursors.assigned(TOPIC, Map.of(0, 100L));
        cursors.advance(TOPIC, 0, 200);

        assertThat(cursors.judge(0, 200, 150)).isEqualTo(new Verdict.Seek(150));
        assertThat(cursors.judge(0, 300, 150)).isEqualTo(new Verdict.ReadAhead());
        assertThat(cursors.judge(0, 160, 150)).isEqualTo(new Verdict.Continues());
    }

    @Test
    void aDatabaseThatIsAheadMakesRedeliveries() {
        cursors.assigned(TOPIC, Map.of(0, 100L));

        assertThat(cursors.judge(0, 100, 180)).isEqualTo(new Verdict.Continues());
    }

    @Test
    void anotherTopicOfTheSameNameKnowsNothingOfTheOldOne() {
        cursors.assigned(TOPIC, Map.of(0, 100L));

        cursors.topic(TOPIC_ANEW);

        assertThat(cursors.judge(0, 100, 0)).isEqualTo(new Verdict.Seek(0));
    }

    @Test
    void aSeekThatHasNoEffectIsAskedForAgain() {
        cursors.topic(TOPIC);
        cursors.judge(0, 500, 100);

        clock.addAndGet(TimeUnit.SECONDS.toNanos(11));

        assertThat(cursors.judge(0, 900, 100)).isEqualTo(new Verdict.Seek(100));
    }

    @Test
    void aBatchThatCommitsAfterItsPartitionWasTakenAwayLeavesNoPosition() {
        cursors.assigned(TOPIC, Map.of(0, 100L));
        cursors.forget(List.of(0));

        cursors.advance(TOPIC, 0, 200);

        assertThat(cursors.judge(0, 200, 200)).isEqualTo(new Verdict.Seek(200));
    }
}
