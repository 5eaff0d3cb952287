package io.alluvium.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    private static final Instant TIME = Instant.parse("2026-11-20T18:30:00.123456Z");

    private static void isRefused(String text, Class<?>... types) {
        assertThatExceptionOfType(Problem.class)
                .as(text)
                .isThrownBy(() -> Cursor.read(text, types))
                .satisfies(problem -> {
                    assertThat(problem.status()).isEqualTo(400);
                    assertThat(problem.errors())
                            .extracting(Problem.FieldError::field)
                            .containsExactly("cursor");
                });
    }

    @Test
    void whatGoesInComesOut() {
        UUID id = UUID.randomUUID();
        String text = Cursor.after(TIME, 7L, -3, "ä/?&= 😀", id);

        Cursor cursor = Cursor.read(text, Instant.class, Long.class, Long.class, String.class, UUID.class);

        assertThat(cursor).isNotNull();
        assertThat(cursor.time(0)).isEqualTo(TIME);
        assertThat(cursor.number(1)).isEqualTo(7);
        assertThat(cursor.number(2)).isEqualTo(-3);
        assertThat(cursor.text(3)).isEqualTo("ä/?&= 😀");
        assertThat(cursor.id(4)).isEqualTo(id);
    }

    @Test
    void theEndsOfTimeAndOfNumbersFit() {
        Instant first = Instant.parse("0001-01-01T00:00:00Z");
        Instant last = Instant.parse("9999-12-31T23:59:59.999999Z");

        Cursor cursor =
                Cursor.read(Cursor.after(first, last, Long.MIN_VALUE), Instant.class, Instant.class, Long.class);

        assertThat(cursor).isNotNull();
        assertThat(cursor.time(0)).isEqualTo(first);
        assertThat(cursor.time(1)).isEqualTo(last);
        assertThat(cursor.number(2)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void itIsSafeInAUrl() {
        for (long i = 0; i < 1000; i++) {
            assertThat(Cursor.after(TIME.plusNanos(i * 1_234_567_000L), i)).matches("[A-Za-z0-9_-]+");
        }
    }

    @Test
    void noneMeansTheFirstPage() {
        assertThat(Cursor.read(null, Long.class)).isNull();
        assertThat(Cursor.read("", Long.class)).isNull();
    }

    @Test
    void oneOfAnotherListIsRefused() {
        isRefused(Cursor.after(7L), String.class);
        isRefused(Cursor.after(7L), Long.class, Long.class);
        isRefused(Cursor.after(7L, TIME), Long.class);
        isRefused(Cursor.after(7L, TIME), Instant.class, Long.class);
    }

    @Test
    void whateverCharacterIsChangedItIsRefused() {
        String sound = Cursor.after(TIME, 1234567890L);
        for (int i = 0; i < sound.length(); i++) {
            char other = sound.charAt(i) == 'A' ? 'Q' : 'A';
            isRefused(sound.substring(0, i) + other + sound.substring(i + 1), Instant.class, Long.class);
            isRefused(sound.substring(0, i) + sound.substring(i + 1), Instant.class, Long.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "AAAA", "AAAAAA", "not a cursor", "ä", "====", "null", "0", "../..", "' OR 1=1"})
    void whatIsNoneIsRefused(String text) {
        isRefused(text, Long.class);
    }

    @Test
    void oneWithoutEndIsRefused() {
        isRefused("A".repeat(1_000_000), Long.class);
    }

    @Test
    void whatCannotBeASortKeyIsRefusedWhereItIsWritten() {
        assertThatIllegalArgumentException().isThrownBy(() -> Cursor.after(1.5));
    }
}
