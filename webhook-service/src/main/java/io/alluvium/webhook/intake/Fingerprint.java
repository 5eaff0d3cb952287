package io.alluvium.webhook.intake;

import io.alluvium.kit.EventId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a delivery is known by when it comes again; without its payload, so that many may wait for an answer.
 *
 * @param by         how much its id is worth
 * @param eventIds   of its events
 * @param earlierId  the id that the same delivery would have got up to a window before; null where ids are not made here
 * @param bodySha256 of the raw body
 * @param subjects   of its events, in their order
 * @param material   hash of the body and the subjects: of all that was signed, and of what headers say beside it
 * @param window     how long the same material is the same delivery; zero for never
 */
record Fingerprint(
        By by,
        String source,
        String eventId,
        List<String> eventIds,
        @Nullable String earlierId,
        String bodySha256,
        List<Subject> subjects,
        String material,
        Instant receivedAt,
        Duration window) {

    enum By {
        /** Only the source can have chosen the id: it is enough. */
        SIGNED_ID,
        /** Whoever has caught a delivery may have changed its id: the same id with other material is another delivery. */
        ID_AND_MATERIAL,
        /** It has no id but the one that was made of its material here. */
        MATERIAL
    }

    /** What an event is about. Headers may tell it, and then it is not in the hash of the body. */
    record Subject(String eventType, @Nullable String module, @Nullable String recordId) {}

    static Fingerprint of(Publication publication) {
        Source source = publication.source();
        String material = publication.material();
        By by = !publication.hasOwnId() ? By.MATERIAL : source.isIdSigned() ? By.SIGNED_ID : By.ID_AND_MATERIAL;
        Instant receivedAt = publication.delivery().receivedAt();
        Duration window = source.replayWindow();
        return new Fingerprint(
                by,
                source.name(),
                publication.eventId(),
                publication.eventIds(),
                by == By.MATERIAL && !window.isZero() ? madeId(source, material, receivedAt.minus(window)) : null,
                publication.bodySha256(),
                publication.subjects(),
                material,
                receivedAt,
                window);
    }

    /** The id of a delivery that brings none: the same when it comes again soon, whichever process it comes to. */
    static String madeId(Source source, String material, Instant receivedAt) {
        Duration window = source.replayWindow();
        if (window.isZero()) {
            return EventId.next().toString();
        }
        long bucket = Math.floorDiv(receivedAt.toEpochMilli(), Math.max(1, window.toMillis()));
        return EventId.derived(bytes(source.name()), bytes(material + ":" + bucket))
                .toString();
    }

    /** The same, but known by nothing else than its id. */
    Fingerprint byIdAlone() {
        return new Fingerprint(
                by, source, eventId, eventIds, earlierId, bodySha256, subjects, material, receivedAt, Duration.ZERO);
    }

    /** Primary keys of the rows of the events. */
    List<UUID> rowIds() {
        return rowIds(eventIds);
    }

    /** Those that the rows would have if the delivery came a window before. */
    List<UUID> earlierRowIds() {
        return earlierId == null ? List.of() : rowIds(Publication.numbered(earlierId, subjects.size()));
    }

    private List<UUID> rowIds(List<String> ids) {
        return ids.stream().map(id -> EventId.derived(bytes(source), bytes(id))).toList();
    }

    boolean isWithinWindow(Instant earlier) {
        return Duration.between(earlier, receivedAt).compareTo(window) < 0;
    }

    /** What it is remembered by, and what nobody else may be about at the same time. */
    List<String> marks() {
        List<String> marks = new ArrayList<>(2);
        marks.add(idMark());
        if (by != By.SIGNED_ID && !window.isZero()) {
            marks.add(materialMark());
        }
        return marks;
    }

    /** Events with ids of their own are not known by that of the first. */
    String idMark() {
        boolean ownIds = eventIds.size() > 1 && eventIds.get(0).equals(eventId);
        return "i:" + source + ":" + (ownIds ? material : eventId);
    }

    String materialMark() {
        return "m:" + source + ":" + material;
    }

    /** For the records that it is about: what was last said of each. */
    List<String> recordMarks() {
        return subjects.stream()
                .map(Subject::recordId)
                .filter(id -> id != null)
                .map(id -> "r:" + source + ":" + id)
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
