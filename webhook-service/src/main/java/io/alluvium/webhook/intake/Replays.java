package io.alluvium.webhook.intake;

import io.alluvium.webhook.WebhookConfig;
import io.alluvium.webhook.intake.Remembered.Seen;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Recognises a delivery that comes again: by its id, and by its body where anybody could have given it another id. Nothing
 * counts as seen before it is durable, so that whoever was answered with an error can send it again. Thread-safe.
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

    /**
     * @param settle makes the delivery durable; called unless it is known already
     * @return the id of the delivery that was accepted before, null when this is the first
     */
    CompletionStage<@Nullable String> once(Publication publication, Supplier<CompletionStage<Void>> settle) {
        List<String> marks = marks(publication);
        String earlier = remembered(publication, marks);
        if (earlier != null) {
            return CompletableFuture.completedFuture(earlier);
        }
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> other = enter(marks, mine);
        if (other != null) {
            // The same delivery twice at a time: what becomes of the first decides what the second is.
            return other.thenCompose(decided -> once(publication, settle));
        }
        return firstOrStored(publication, settle).whenComplete((known, failure) -> {
            if (failure == null) {
                Seen seen = new Seen(known == null ? publication.eventId() : known, Instant.now());
                marks.forEach(mark -> remembered.add(mark, seen));
            }
            marks.forEach(mark -> underWay.remove(mark, mine));
            mine.complete(null);
        });
    }

    private CompletionStage<@Nullable String> firstOrStored(
            Publication publication, Supplier<CompletionStage<Void>> settle) {
        CompletionStage<@Nullable String> stored =
                lookUp == null ? CompletableFuture.completedFuture(null) : lookUp.find(publication);
        return stored.thenCompose(known -> known == null
                ? settle.get().<@Nullable String>thenApply(done -> null)
                : CompletableFuture.completedFuture(known));
    }

    /** @return null when nobody is about any of the marks, which are then ours */
    private @Nullable CompletableFuture<Void> enter(List<String> marks, CompletableFuture<Void> mine) {
        for (int i = 0; i < marks.size(); i++) {
            CompletableFuture<Void> other = underWay.putIfAbsent(marks.get(i), mine);
            if (other != null) {
                marks.subList(0, i).forEach(mark -> underWay.remove(mark, mine));
                mine.complete(null); // for those who saw a mark of ours meanwhile
                return other;
            }
        }
        return null;
    }

    private @Nullable String remembered(Publication publication, List<String> marks) {
        for (String mark : marks) {
            Seen seen = remembered.find(mark);
            if (seen != null && (isOfId(mark) || isWithin(publication.source().replayWindow(), seen))) {
                return seen.eventId();
            }
        }
        return null;
    }

    /** As a process that was just started: for tests. */
    void forget() {
        remembered.clear();
    }

    private static boolean isWithin(Duration window, Seen seen) {
        return Duration.between(seen.at(), Instant.now()).compareTo(window) < 0;
    }

    private static List<String> marks(Publication publication) {
        List<String> marks = new ArrayList<>(2);
        String source = publication.source().name();
        if (publication.hasOwnId()) {
            marks.add("i:" + source + ":" + publication.eventId());
        }
        if (publication.countsByBody()) {
            marks.add("b:" + source + ":" + publication.bodySha256());
        }
        return marks;
    }

    private static boolean isOfId(String mark) {
        return mark.startsWith("i:");
    }
}
