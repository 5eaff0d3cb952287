package io.alluvium.emitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ChangedByTest {

    @Test
    void theInnerUserCountsAndTheOuterOneIsBackAfterwards() {
        assertThat(ChangedBy.current()).isNull();
        try (ChangedBy outer = ChangedBy.user("outer")) {
            assertThat(outer).isNotNull();
            try (ChangedBy inner = ChangedBy.user("inner")) {
                assertThat(inner).isNotNull();
                assertThat(ChangedBy.current()).isEqualTo("inner");
            }
            assertThat(ChangedBy.current()).isEqualTo("outer");
        }
        assertThat(ChangedBy.current()).isNull();
    }

    @Test
    void aScopeThatIsClosedOutOfTurnDoesNotComeBack() {
        ChangedBy outer = ChangedBy.user("outer");
        ChangedBy inner = ChangedBy.user("inner");

        outer.close();
        assertThat(ChangedBy.current()).isEqualTo("inner");
        inner.close();
        inner.close();

        assertThat(ChangedBy.current()).isNull();
    }

    @Test
    void aUserHasOneToAHundredCharacters() {
        assertThatThrownBy(() -> ChangedBy.user(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChangedBy.user("x".repeat(101))).hasMessageContaining("got 101");
    }
}
