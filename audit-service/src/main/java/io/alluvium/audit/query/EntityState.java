package io.alluvium.audit.query;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What an entity was at a moment.
 *
 * @param exists        false before it was created and after it was deleted
 * @param state         all of its fields as they were sent; null where it did not exist
 * @param reconstructed whether this is the old image of the first change that is known, rather than the new one of an
 *     earlier change
 * @param knownFrom     the change that tells
 */
record EntityState(
        String entityType,
        String entityId,
        Instant at,
        boolean exists,
        @JsonRawValue @Schema(type = SchemaType.OBJECT, nullable = true) @Nullable String state,
        boolean reconstructed,
        Source knownFrom) {

    /** A change without its images. */
    record Source(UUID eventId, String operation, @Nullable String changedBy, Instant changedAt) {

        static Source of(Change change) {
            return new Source(change.eventId(), change.operation(), change.changedBy(), change.changedAt());
        }
    }

    /** @param last the last change up to that moment */
    static EntityState after(Change last, Instant at) {
        return of(last, at, last.newValues(), false);
    }

    /** @param next the first change there is, which came after that moment */
    static EntityState before(Change next, Instant at) {
        return of(next, at, next.oldValues(), true);
    }

    private static EntityState of(Change change, Instant at, @Nullable String state, boolean reconstructed) {
        return new EntityState(
                change.entityType(), change.entityId(), at, state != null, state, reconstructed, Source.of(change));
    }
}
