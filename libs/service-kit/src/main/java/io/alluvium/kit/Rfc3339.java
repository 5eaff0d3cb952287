package io.alluvium.kit;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * Points in time as the services write and read them: RFC 3339, always with an offset, in the years 1 to 9999. Read by hand, since
 * {@code OffsetDateTime.parse} costs more than all the rest of reading an event.
 */
public final class Rfc3339 {

    /** What to tell whoever sent something else. */
    public static final String EXPECTED =
            "must be a time like 2026-11-20T18:30:00Z or 2026-11-20T18:30:00.123456+01:00,"
                    + " with its offset, in the years 0001 to 9999 (RFC 3339)";

    private static final long MICROS = 1_000_000L;
    private static final long FIRST = -62_135_596_800L; // 0001-01-01T00:00:00Z
    private static final long LAST = 253_402_300_799L; // 9999-12-31T23:59:59Z
    private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private final String text;
    private int at;
    private int nanos;

    private Rfc3339(String text) {
        this.text = text;
    }

    /**
     * @return to the nanosecond; finer digits are dropped
     * @throws DateTimeException with a sentence for the client
     */
    public static Instant parse(String text) {
        Rfc3339 time = new Rfc3339(text);
        return Instant.ofEpochSecond(time.seconds(), time.nanos);
    }

    /**
     * @return microseconds since 1970-01-01T00:00:00Z; finer digits are dropped
     * @throws DateTimeException with a sentence for the client
     */
    public static long toMicros(String text) {
        Rfc3339 time = new Rfc3339(text);
        return time.seconds() * MICROS + time.nanos / 1000;
    }

    private long seconds() {
        int year = digits(4);
        expect('-');
        int month = within(digits(2), 1, 12);
        expect('-');
        int day = within(digits(2), 1, daysOf(year, month));
        if (at >= text.length() || "Tt ".indexOf(text.charAt(at++)) < 0) {
            throw new DateTimeException(EXPECTED);
        }
        int hour = within(digits(2), 0, 23);
        expect(':');
        int minute = within(digits(2), 0, 59);
        expect(':');
        int second = within(digits(2), 0, 59);
        nanos = fraction();
        long offset = zone();
        if (at != text.length()) {
            throw new DateTimeException(EXPECTED);
        }
        long seconds = epochDay(year, month, day) * 86_400 + hour * 3600L + minute * 60L + second - offset;
        if (seconds < FIRST || seconds > LAST) {
            // 9999-12-31T23:59:59-01:00 is year 10000 in UTC, which the databases and this format do not hold.
            throw new DateTimeException("must be in the years 0001 to 9999 in UTC");
        }
        return seconds;
    }

    private int digits(int count) {
        if (at + count > text.length()) {
            throw new DateTimeException(EXPECTED);
        }
        int value = 0;
        for (int end = at + count; at < end; at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                throw new DateTimeException(EXPECTED);
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private void expect(char c) {
        if (at >= text.length() || text.charAt(at++) != c) {
            throw new DateTimeException(EXPECTED);
        }
    }

    private static int within(int value, int least, int most) {
        if (value < least || value > most) {
            throw new DateTimeException("is a time that does not exist");
        }
        return value;
    }

    private int fraction() {
        if (at >= text.length() || text.charAt(at) != '.') {
            return 0;
        }
        int first = ++at;
        int value = 0;
        for (; at < text.length() && Character.digit(text.charAt(at), 10) >= 0 && text.charAt(at) < 128; at++) {
            if (at - first < 9) {
                value = value * 10 + (text.charAt(at) - '0');
            }
        }
        int digits = at - first;
        if (digits == 0 || digits > 30) {
            throw new DateTimeException(EXPECTED);
        }
        for (int i = digits; i < 9; i++) {
            value *= 10;
        }
        return value;
    }

    /** @return seconds east of Greenwich */
    private long zone() {
        if (at >= text.length()) {
            throw new DateTimeException(EXPECTED);
        }
        char sign = text.charAt(at++);
        if (sign == 'Z' || sign == 'z') {
            return 0;
        }
        if (sign != '+' && sign != '-') {
            throw new DateTimeException(EXPECTED);
        }
        int hours = within(digits(2), 0, 23);
        expect(':');
        long seconds = hours * 3600L + within(digits(2), 0, 59) * 60L;
        return sign == '+' ? seconds : -seconds;
    }

    private static int daysOf(int year, int month) {
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return month == 2 && leap ? 29 : DAYS[month - 1];
    }

    /** Days since 1970-01-01, counting years from March so that the leap day comes last. */
    private static long epochDay(int year, int month, int day) {
        int shifted = month > 2 ? year : year - 1;
        int era = Math.floorDiv(shifted, 400);
        int yearOfEra = shifted - era * 400;
        int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097L + dayOfEra - 719_468L;
    }
}
