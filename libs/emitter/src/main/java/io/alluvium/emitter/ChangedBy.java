package io.alluvium.emitter;

import org.jspecify.annotations.Nullable;

/**
 * Says who makes the changes of this thread, for as long as it is open; within another one the inner one counts, and when
 * it closes the outer one counts again.
 *
 * <pre>{@code
 * try (ChangedBy by = ChangedBy.user("nightly_import")) {
 *     ... // begin and commit in here, or flush
 * }
 * }</pre>
 *
 * <p>Hibernate writes when it flushes, which is when the transaction commits at the latest. A change that is flushed after
 * the scope has closed is no longer its change. Not thread-safe: belongs to the thread that opened it.
 */
public final class ChangedBy implements AutoCloseable {

    static final int MAX_LENGTH = 100;

    private static final ThreadLocal<@Nullable ChangedBy> CURRENT = new ThreadLocal<>();

    private final String user;
    private final @Nullable ChangedBy outer;
    private boolean closed;

    private ChangedBy(String user, @Nullable ChangedBy outer) {
        this.user = user;
        this.outer = outer;
    }

    /** @param user 1 to 100 characters */
    public static ChangedBy user(String user) {
        if (user.isBlank() || user.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("user must have 1 to 100 characters, got " + user.length());
        }
        ChangedBy scope = new ChangedBy(user, CURRENT.get());
        CURRENT.set(scope);
        return scope;
    }

    /** @return the user of the innermost open scope of this thread; null when none is open */
    public static @Nullable String current() {
        ChangedBy scope = CURRENT.get();
        return scope == null ? null : scope.user;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (CURRENT.get() != this) {
            return; // closed out of turn: the scope that is open now still counts
        }
        ChangedBy next = outer;
        while (next != null && next.closed) {
            next = next.outer;
        }
        if (next == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(next);
        }
    }
}
