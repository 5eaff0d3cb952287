package io.alluvium.webhook.intake;

import io.alluvium.webhook.WebhookConfig;
import io.alluvium.webhook.intake.Fingerprint.By;
import io.alluvium.webhook.intake.Remembered.Seen;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Recognises a delivery that comes again: by its id, and by its material where anybody could have given it another id.
 * Nothing counts as seen before it is durable, so that whoever was answered with an error can send it again. Thread-safe.
 */
@Singleton
final class Replays {

    private final Remembered remembered;
    private final @Nullable LookUp lookUp;
    private final ConcurrentMap<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    Replays(WebhookConfig config, LookUp lookUp) {
        this.remembered = new Remembered(config.intake().replay().remembered());
        this.lookUp = config.intake().replay().lookUp() ? lookUp : null;
    }

    /** @param settle makes the delivery durable, under the id that it is then given; called unless it is known already */
    CompletionStage<Receipt> once(Publication publication, Function<Publication, CompletionStage<Void>> settle) {
        Fingerprint fingerprint = Fingerprint.of(publication);
        Known known = remembered(fingerprint);
        if (known != Known.NO) {
            return receipt(known, publication, settle);
        }
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> other = enter(fingerprint.marks(), mine);
        if (other != null) {
            // The same delivery twice at a time: what becomes of the first decides what the second is.
            return other.thenCompose(decided -> once(publication, settle));
        }
        return stored(isPast(fingerprint) ? fingerprint.byIdAlone() : fingerprint)
                .thenCompose(stored -> stored == Known.NO
                        ? settle.apply(publication).thenApply(durable -> stored)
                        : CompletableFuture.completedFuture(stored))
                .whenComplete((stored, failure) -> {
                    if (failure == null) {
                        remember(fingerprint, stored);
                    }
                    leave(fingerprint.marks(), mine);
                })
                .thenCompose(stored -> receipt(stored, publication, settle));
    }

    private CompletionStage<Receipt> receipt(
            Known known, Publication publication, Function<Publication, CompletionStage<Void>> settle) {
        if (known instanceof Known.Conflict) {
            return once(publication.apart(), settle);
        }
        return CompletableFuture.completedFuture(
                known instanceof Known.Duplicate duplicate
                        ? Receipt.duplicate(duplicate.eventId())
                        : Receipt.accepted(publication.eventId()));
    }

    private CompletionStage<Known> stored(Fingerprint fingerprint) {
        return lookUp == null ? CompletableFuture.completedFuture(Known.NO) : lookUp.find(fingerprint);
    }

    /** @return null when nobody is about any of the marks, which are then ours */
    private @Nullable CompletableFuture<Void> enter(List<String> marks, CompletableFuture<Void> mine) {
        for (int i = 0; i < marks.size(); i++) {
            CompletableFuture<Void> other = underWay.putIfAbsent(marks.get(i), mine);
            if (other != null) {
                leave(marks.subList(0, i), mine); // and let on those who saw a mark of ours meanwhile
                return other;
            }
        }
        return null;
    }

    private void leave(List<String> marks, CompletableFuture<Void> mine) {
        marks.forEach(mark -> underWay.remove(mark, mine));
        mine.complete(null);
    }

    private Known remembered(Fingerprint one) {
        Seen byId = remembered.find(one.idMark());
        if (byId != null) {
            boolean same = one.by() != By.ID_AND_MATERIAL || byId.material().equals(one.material());
            return same ? new Known.Duplicate(byId.eventId()) : Known.CONFLICT;
        }
        Seen same = one.by() == By.SIGNED_ID ? null : remembered.find(one.materialMark());
        if (same == null || !one.isWithinWindow(same.at())) {
            return Known.NO;
        }
        return one.by() == By.MATERIAL || isTheLast(one) ? new Known.Duplicate(same.eventId()) : Known.NO;
    }

    /** Whether it is remembered that something else has happened to its records since, which the table may not know yet. */
    private boolean isPast(Fingerprint one) {
        return one.by() == By.ID_AND_MATERIAL
                && remembered.find(one.materialMark()) != null
                && one.recordMarks().stream()
                        .map(remembered::find)
                        .anyMatch(last -> last != null && !last.material().equals(one.material()));
    }

    /** Whether nothing else has happened to its records since: from A to B and back to A, the second A is no replay. */
    private boolean isTheLast(Fingerprint one) {
        return one.recordMarks().stream()
                .map(remembered::find)
                .allMatch(last -> last != null && last.material().equals(one.material()));
    }

    private void remember(Fingerprint one, Known stored) {
        if (stored instanceof Known.Conflict) {
            return;
        }
        if (stored instanceof Known.Duplicate duplicate) {
            // By its id alone, or the window would begin anew. An id that was made here lasts for a window itself.
            if (one.by() != By.MATERIAL) {
                remembered.add(one.idMark(), new Seen(duplicate.eventId(), one.material(), one.receivedAt()));
            }
            return;
        }
        Seen seen = new Seen(one.eventId(), one.material(), one.receivedAt());
        one.marks().forEach(mark -> remembered.add(mark, seen));
        if (one.by() != By.SIGNED_ID && !one.window().isZero()) {
            one.recordMarks().forEach(mark -> remembered.add(mark, seen));
        }
    }

    /** As a process that was just started: for tests. */
    void forget() {
        remembered.clear();
    }
}
