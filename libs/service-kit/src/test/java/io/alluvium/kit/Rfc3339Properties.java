package io.alluvium.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Properties {

    @Property
    void readsWhatTheLibraryWrites(
            @ForAll @LongRange(min = -62_135_500_000L, max = 253_402_200_000L) long second,
            @ForAll @IntRange(max = 999_999_999) int nanos,
            @ForAll @IntRange(min = -1079, max = 1079) int offsetMinutes) {
        OffsetDateTime time = OffsetDateTime.of(1970, 1, 1, 0, 0, 0, nanos, ZoneOffset.UTC)
                .plusSeconds(second)
                .withOffsetSameInstant(ZoneOffset.ofTotalSeconds(offsetMinutes * 60));

        String text = time.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);

        assertThat(Rfc3339.toMicros(text)).isEqualTo(time.toEpochSecond() * 1_000_000 + nanos / 1000);
        assertThat(Rfc3339.parse(text)).isEqualTo(time.toInstant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026",
                "2026-11-20",
                "2026-11-20T10:00Z",
                "2026-11-20T10:00:00",
                "2026-11-20T10:00:00.Z",
                "2026-13-01T00:00:00Z",
                "2026-02-29T00:00:00Z",
                "2026-11-20T24:00:00Z",
                "2026-11-20T10:00:60Z",
                "20261120T100000Z",
                "2026-11-20T10:00:00+0100",
                "2026-11-20T10:00:00Zz",
                "-2026-11-20T10:00:00Z",
                "10000-01-01T00:00:00Z",
                "0000-01-01T00:00:00Z",
                "2026-11-20T10:00:00.\u0661Z",
                "now"
            })
    void refusesWhatIsNoSuchTime(String text) {
        assertThatThrownBy(() -> Rfc3339.toMicros(text)).isInstanceOf(DateTimeException.class);
    }

    @Test
    void finerDigitsAreDropped() {
        assertThat(Rfc3339.toMicros("1970-01-01T00:00:00.0000019Z")).isEqualTo(1);
        assertThat(Rfc3339.parse("1970-01-01T00:00:00.0000000019Z")).isEqualTo(Instant.ofEpochSecond(0, 1));
    }
}
