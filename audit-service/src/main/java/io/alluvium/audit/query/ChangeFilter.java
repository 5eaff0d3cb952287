package io.alluvium.audit.query;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which changes are asked for. An empty list, or null, stands for all; several values of one list are alternatives.
 * Making one that does not fit throws a {@link Problem} that names the parameter.
 *
 * @param entityIds     of any of the entity types, of which there must then be at least one
 * @param operations    INSERT, UPDATE, DELETE
 * @param from          the first moment, included
 * @param to            the last moment, included
 * @param field         a name in {@code changed_fields}
 */
record ChangeFilter(
        List<String> entityTypes,
        List<String> entityIds,
        List<String> operations,
        List<String> users,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable String field,
        @Nullable String correlationId) {

    /** How many values a list may have; ids times types, too: each is a range of an index to read. */
    static final int MAX_VALUES = 200;

    static final ChangeFilter ALL =
            new ChangeFilter(List.of(), List.of(), List.of(), List.of(), null, null, null, null);

    ChangeFilter {
        entityTypes = distinct("entity_type", entityTypes);
        entityIds = distinct("entity_id", entityIds);
        operations = distinct("operation", operations);
        users = distinct("changed_by", users);
        if (!entityIds.isEmpty() && entityTypes.isEmpty()) {
            throw Problem.validation(
                    new FieldError("entity_id", "needs entity_type: ids are unique within a type only"));
        }
        if (entityIds.size() * entityTypes.size() > MAX_VALUES) {
            throw Problem.validation(new FieldError(
                    "entity_id", "names more than " + MAX_VALUES + " entities; ask in several requests"));
        }
        if (from != null && to != null && from.isAfter(to)) {
            throw Problem.validation(new FieldError("from", "must not be after to"));
        }
    }

    static ChangeFilter ofTypes(Collection<String> entityTypes) {
        return ALL.withTypes(entityTypes);
    }

    static ChangeFilter ofEntity(String entityType, String entityId) {
        return new ChangeFilter(List.of(entityType), List.of(entityId), List.of(), List.of(), null, null, null, null);
    }

    ChangeFilter withTypes(Collection<String> types) {
        return new ChangeFilter(List.copyOf(types), entityIds, operations, users, from, to, field, correlationId);
    }

    ChangeFilter withOperations(Collection<String> wanted) {
        return new ChangeFilter(entityTypes, entityIds, List.copyOf(wanted), users, from, to, field, correlationId);
    }

    ChangeFilter withUsers(Collection<String> wanted) {
        return new ChangeFilter(
                entityTypes, entityIds, operations, List.copyOf(wanted), from, to, field, correlationId);
    }

    ChangeFilter between(@Nullable Instant first, @Nullable Instant last) {
        return new ChangeFilter(entityTypes, entityIds, operations, users, first, last, field, correlationId);
    }

    private static List<String> distinct(String name, List<String> values) {
        List<String> distinct = List.copyOf(new LinkedHashSet<>(values));
        if (distinct.size() > MAX_VALUES) {
            throw Problem.validation(new FieldError(name, "has more than " + MAX_VALUES + " values"));
        }
        return distinct;
    }
}
