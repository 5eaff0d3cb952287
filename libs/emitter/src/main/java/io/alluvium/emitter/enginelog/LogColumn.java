package io.alluvium.emitter.enginelog;

import java.time.Instant;
import java.util.Locale;

/**
 * One column of a {@link LogTable}.
 *
 * @param maxLength UTF-16 units of a text; 0 for other kinds
 */
public record LogColumn(String name, Kind kind, int maxLength) {

    /** What a column holds. */
    public enum Kind {
        /** Too long is refused. */
        TEXT,
        /** Messages and tracebacks: too long is cut and ends in an ellipsis. */
        CUT_TEXT,
        INT,
        LONG,
        REAL,
        TIME
    }

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    /** Whether the column numbers something: ids count from 0 on. */
    public boolean isId() {
        return (kind == Kind.INT || kind == Kind.LONG) && name.endsWith("_id");
    }

    /**
     * @return the value as it is stored
     * @throws IllegalArgumentException with the reason, which does not quote the value
     */
    Object accept(Object value) {
        return switch (kind) {
            case TEXT -> text(value);
            case CUT_TEXT -> cut(string(value));
            case INT -> (int) whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
            case REAL -> real(value);
            case TIME -> time(value);
        };
    }

    private String text(Object value) {
        String text = string(value);
        if (text.length() > maxLength) {
            throw refused("must have at most " + maxLength + " characters, has " + text.length());
        }
        if (!text.equals(storable(text))) {
            throw refused("holds U+0000 or half of a surrogate pair, which cannot be stored");
        }
        return text;
    }

    private String string(Object value) {
        if (value instanceof byte[]) {
            throw refused("must be text: bytes are not stored");
        }
        if (value instanceof CharSequence || value instanceof Enum<?>) {
            return value.toString();
        }
        throw refused("must be text");
    }

    /** @return the text as a column of {@link Kind#CUT_TEXT} holds it: no longer, and storable */
    public String cut(String text) {
        String sound = storable(text);
        if (sound.length() <= maxLength) {
            return sound;
        }
        int end = maxLength - 1;
        return sound.substring(0, Character.isHighSurrogate(sound.charAt(end - 1)) ? end - 1 : end) + '\u2026';
    }

    /** The text with U+FFFD for what no database holds. */
    private static String storable(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                mended = mended == null ? new StringBuilder(text) : mended;
                mended.setCharAt(i, '\uFFFD');
            }
        }
        return mended == null ? text : mended.toString();
    }

    private long whole(Object value, long least, long most) {
        if (!(value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte)) {
            throw refused("must be a whole number");
        }
        long number = ((Number) value).longValue();
        if (number < least || number > most) {
            throw refused("must be from " + least + " to " + most);
        }
        if (isId() && number < 0) {
            throw refused("must not be negative");
        }
        return number;
    }

    private Double real(Object value) {
        double number = value instanceof Number given ? given.doubleValue() : Double.NaN;
        if (!Double.isFinite(number)) {
            throw refused("must be a finite number");
        }
        return number;
    }

    private Instant time(Object value) {
        if (!(value instanceof Instant time)) {
            throw refused("must be an Instant");
        }
        if (time.isBefore(FIRST) || time.isAfter(LAST)) {
            throw refused("must be in the years 0001 to 9999");
        }
        return time;
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException(name.toLowerCase(Locale.ROOT) + ": " + why);
    }
}
