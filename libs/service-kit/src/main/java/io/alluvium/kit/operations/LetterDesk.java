package io.alluvium.kit.operations;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.Cursor;
import io.alluvium.kit.Page;
import io.alluvium.kit.Problem;
import io.alluvium.sink.DeadLetters;
import io.alluvium.sink.DeadLetters.Filter;
import io.alluvium.sink.DeadLetters.Letter;
import io.alluvium.sink.DeadLetters.Status;
import io.alluvium.sink.SinkDatabase;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds dead letters and notes what became of them. */
@Singleton
final class LetterDesk {

    /** Letters in memory at once: each may be as large as the broker allows. */
    private static final int AT_ONCE = 20;

    private static final int SHOWN_IN_LISTS = 4_096;

    private final AgroalDataSource dataSource;
    private volatile @Nullable DeadLetters letters;

    LetterDesk(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Not in the constructor: a database that is away is no reason not to start. */
    DeadLetters letters() throws SQLException {
        DeadLetters known = letters;
        if (known == null) {
            known = new DeadLetters(dataSource, SinkDatabase.of(dataSource));
            letters = known;
        }
        return known;
    }

    Page<LetterView> page(Filter filter, long before, int limit) throws SQLException {
        List<LetterView> views = new ArrayList<>();
        long last = before;
        while (views.size() <= limit) {
            int wanted = Math.min(AT_ONCE, limit + 1 - views.size());
            List<Letter> some = letters().list(filter, last, wanted);
            for (Letter letter : some) {
                views.add(LetterView.of(letter, SHOWN_IN_LISTS));
                last = letter.id();
            }
            if (some.size() < wanted) {
                return new Page<>(views, null);
            }
        }
        List<LetterView> items = views.subList(0, limit);
        return new Page<>(items, Cursor.after(items.get(limit - 1).id()));
    }

    /** @throws Problem 404 when there is none */
    Letter find(long id) throws SQLException {
        Letter letter = letters().find(id);
        if (letter == null) {
            throw Problem.notFound("there is no dead letter " + id);
        }
        return letter;
    }

    /** @throws Problem 404 when there is none, 409 when it is resolved */
    Letter findOpen(long id) throws SQLException {
        Letter letter = find(id);
        if (letter.status() != Status.OPEN) {
            throw resolved(letter);
        }
        return letter;
    }

    /** @throws Problem 409 when somebody else was faster */
    Letter resolve(long id, Status status, String by) throws SQLException {
        boolean done = letters().resolve(id, status, by);
        Letter letter = find(id);
        if (!done) {
            throw resolved(letter);
        }
        return letter;
    }

    private static Problem resolved(Letter letter) {
        return Problem.conflict("dead letter " + letter.id() + " is " + letter.status() + " already, by "
                        + letter.resolvedBy() + " at " + letter.resolvedAt())
                .with("letter_status", letter.status());
    }
}
