package io.alluvium.audit.topic;

/**
 * Reads {@code 2026-11-20T12:34:56.789Z} into microseconds. By hand, since {@code OffsetDateTime.parse} costs more than
 * all the rest of reading an event.
 */
final class Rfc3339 {

    static final String EXPECTED = "must be an RFC 3339 time with zone, such as 2026-11-20T12:34:56.789Z";

    private static final long MICROS = 1_000_000L;
    private static final long FIRST = -62_135_596_800L * MICROS; // 0001-01-01T00:00:00Z
    private static final long LAST = 253_402_300_800L * MICROS - 1; // the end of 9999
    private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private final String text;
    private int at;

    private Rfc3339(String text) {
        this.text = text;
    }

    /**
     * @return microseconds since 1970-01-01T00:00:00Z; finer digits are dropped
     * @throws IllegalArgumentException with a message that says what is wrong
     */
    static long toMicros(String text) {
        return new Rfc3339(text).read();
    }

    private long read() {
        int year = digits(4);
        expect('-');
        int month = within(digits(2), 1, 12);
        expect('-');
        int day = within(digits(2), 1, daysOf(year, month));
        if (at >= text.length() || "Tt ".indexOf(text.charAt(at++)) < 0) {
            throw new IllegalArgumentException(EXPECTED);
        }
        int hour = within(digits(2), 0, 23);
        expect(':');
        int minute = within(digits(2), 0, 59);
        expect(':');
        int second = within(digits(2), 0, 59);
        long micros = fraction();
        long offset = zone();
        if (at != text.length()) {
            throw new IllegalArgumentException(EXPECTED);
        }
        long seconds = epochDay(year, month, day) * 86_400 + hour * 3600L + minute * 60L + second - offset;
        long result = seconds * MICROS + micros;
        if (result < FIRST || result > LAST) {
            throw new IllegalArgumentException("must lie in the years 0001 to 9999 UTC");
        }
        return result;
    }

    private int digits(int count) {
        if (at + count > text.length()) {
            throw new IllegalArgumentException(EXPECTED);
        }
        int value = 0;
        for (int end = at + count; at < end; at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException(EXPECTED);
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private void expect(char c) {
        if (at >= text.length() || text.charAt(at++) != c) {
            throw new IllegalArgumentException(EXPECTED);
        }
    }

    private static int within(int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("is no date and time of the calendar");
        }
        return value;
    }

    private long fraction() {
        if (at >= text.length() || text.charAt(at) != '.') {
            return 0;
        }
        int first = ++at;
        long micros = 0;
        for (; at < text.length() && Character.digit(text.charAt(at), 10) >= 0 && text.charAt(at) < 128; at++) {
            if (at - first < 6) {
                micros = micros * 10 + (text.charAt(at) - '0');
            }
        }
        int digits = at - first;
        if (digits == 0 || digits > 30) {
            throw new IllegalArgumentException(EXPECTED);
        }
        for (int i = digits; i < 6; i++) {
            micros *= 10;
        }
        return micros;
    }

    /** @return seconds east of Greenwich */
    private long zone() {
        if (at >= text.length()) {
            throw new IllegalArgumentException("has no zone: end it with Z or an offset such as +01:00");
        }
        char sign = text.charAt(at++);
        if (sign == 'Z' || sign == 'z') {
            return 0;
        }
        if (sign != '+' && sign != '-') {
            throw new IllegalArgumentException(EXPECTED);
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
