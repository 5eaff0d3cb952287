package io.alluvium.audit.query;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one function, told by its messages in the order of time: {@code Start}, then {@code End (0.123s)} or
 * {@code Error: ...} of the same call. Calls within calls end before those around them. Not thread-safe.
 */
final class FunctionCalls {

    private static final Pattern END = Pattern.compile("End \\((\\d{1,9}(?:\\.\\d{1,9})?)s\\)");

    /** What tells one call from another as far as the log does: calls with one of these are nested in one another. */
    record Caller(String run, String file, long recording, long chunk, long frame) {}

    private final Map<Caller, Deque<Instant>> open = new HashMap<>();
    private double[] millis = new double[16];
    private int pairs;
    private long starts;
    private long ends;
    private long errors;
    private long withoutStart;

    void add(Caller caller, String message, Instant at) {
        if (message.equals("Start")) {
            starts++;
            open.computeIfAbsent(caller, first -> new ArrayDeque<>()).push(at);
        } else if (message.startsWith("End")) {
            ends++;
            Instant start = start(caller);
            if (start != null) {
                Double told = millisOfEnd(message);
                pair(told != null ? told : Duration.between(start, at).toNanos() / 1e6);
            }
        } else if (message.startsWith("Error: ")) {
            errors++;
            start(caller);
        }
    }

    private @Nullable Instant start(Caller caller) {
        Deque<Instant> calls = open.get(caller);
        Instant start = calls == null ? null : calls.poll();
        if (start == null) {
            withoutStart++;
        }
        return start;
    }

    private void pair(double duration) {
        if (pairs == millis.length) {
            millis = Arrays.copyOf(millis, pairs * 2);
        }
        millis[pairs++] = duration;
    }

    /** @return null when the message does not say */
    static @Nullable Double millisOfEnd(String message) {
        Matcher end = END.matcher(message);
        return end.matches() ? Double.valueOf(Double.parseDouble(end.group(1)) * 1000) : null;
    }

    /** @return null where no call has a start and an end */
    @Nullable
    Double percentile(double fraction) {
        if (pairs == 0) {
            return null;
        }
        double[] sorted = Arrays.copyOf(millis, pairs);
        Arrays.sort(sorted);
        // Between the two nearest, as percentile_cont of SQL.
        double place = fraction * (pairs - 1);
        int below = (int) place;
        int above = Math.min(below + 1, pairs - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
    }

    long calls() {
        return starts;
    }

    long completed() {
        return ends;
    }

    long errors() {
        return errors;
    }

    long withoutStart() {
        return withoutStart;
    }

    long withoutEnd() {
        return open.values().stream().mapToLong(Deque::size).sum();
    }
}
