package io.alluvium.audit.intake;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A change as the API's description shows it. Requests are never bound to it: they pass through as they are. */
@Schema(name = "Change", description = "One change of one entity")
record ChangeDocument(
        @Schema(description = "makes the request safe to repeat; made here when absent", format = "uuid")
                String eventId,
        @Schema(required = true, minLength = 1, maxLength = 100, examples = "invoice") String entityType,
        @Schema(required = true, minLength = 1, maxLength = 200, examples = "4711") String entityId,
        @Schema(
                        required = true,
                        enumeration = {"INSERT", "UPDATE", "DELETE"})
                String operation,
        @Schema(description = "the state before; null for an INSERT", nullable = true) Map<String, Object> oldValues,
        @Schema(description = "the state after; null for a DELETE", nullable = true) Map<String, Object> newValues,
        @Schema(description = "computed from the states when absent", nullable = true) List<String> changedFields,
        @Schema(maxLength = 100, nullable = true, examples = "kim") String changedBy,
        @Schema(required = true, description = "RFC 3339 with zone") OffsetDateTime changedAt,
        @Schema(maxLength = 100, nullable = true) String correlationId) {}
