package io.alluvium.kit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Pattern;

/** Points in time as the services write and read them: RFC 3339, always with an offset, in the years 1 to 9999. */
public final class Rfc3339 {

    private static final Pattern SHAPE =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");

    private Rfc3339() {}

    /** @throws DateTimeException with a sentence for the client */
    public static Instant parse(String text) {
        if (text.length() > 40 || !SHAPE.matcher(text).matches()) {
            throw new DateTimeException("must be a time like 2026-11-20T18:30:00Z or 2026-11-20T18:30:00.123456+01:00,"
                    + " with its offset, in the years 0001 to 9999");
        }
        Instant instant;
        try {
            instant = OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
        } catch (DateTimeException impossible) {
            throw new DateTimeException("is a time that does not exist", impossible);
        }
        // 9999-12-31T23:59:59-01:00 is year 10000 in UTC, which the databases and this format do not hold.
        if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
            throw new DateTimeException("must be in the years 0001 to 9999 in UTC");
        }
        return instant;
    }

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
}
