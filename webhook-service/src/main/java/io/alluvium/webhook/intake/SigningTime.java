package io.alluvium.webhook.intake;

import io.alluvium.kit.Rfc3339;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Points in time as providers write them. */
final class SigningTime {

    /** Seconds reach it in the year 5138, milliseconds had it in 1973. */
    private static final long FIRST_MILLIS = 100_000_000_000L;

    /** Neither the form of times in events nor the database has later ones. */
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private SigningTime() {}

    /** @return null unless the text is RFC 3339, or seconds or milliseconds since 1970 */
    static @Nullable Instant parse(String text) {
        try {
            if (text.matches("[0-9]{1,15}")) {
                long number = Long.parseLong(text);
                Instant at = number < FIRST_MILLIS ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number);
                return at.isAfter(LAST) ? null : at;
            }
            return Rfc3339.parse(text);
        } catch (DateTimeException other) {
            return null;
        }
    }
}
