package io.alluvium.webhook.delivery;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Rfc3339;
import io.alluvium.webhook.table.EventStatus;
import jakarta.ws.rs.QueryParam;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Which dead letters are meant. All of them where nothing is said: also those that were given up only when asked for. */
final class DeadLetterFilter {

    /** The condition, with a parameter for each field in the order of {@link #bind}. */
    static final String CONDITION =
            """
            (cardinality(?) = 0 OR source = ANY (?)) AND (cardinality(?) = 0 OR event_type = ANY (?))
            AND (cardinality(?) = 0 OR module = ANY (?)) AND (? IS NULL OR order_key = ?)
            AND (?::timestamptz IS NULL OR received_at >= ?) AND (?::timestamptz IS NULL OR received_at <= ?) AND status = ?
            """;

    @QueryParam("source")
    @Parameter(description = "may be repeated: any of them")
    List<String> sources = List.of();

    @QueryParam("event_type")
    @Parameter(description = "may be repeated: any of them")
    List<String> types = List.of();

    @QueryParam("module")
    @Parameter(description = "may be repeated: any of them")
    List<String> modules = List.of();

    @QueryParam("record_id")
    @Parameter(description = "needs one source")
    @Nullable
    String recordId;

    @QueryParam("from")
    @Parameter(description = "received at this moment or later")
    @Nullable
    String from;

    @QueryParam("to")
    @Parameter(description = "received at this moment or earlier")
    @Nullable
    String to;

    private @Nullable Instant first;
    private @Nullable Instant last;

    @QueryParam("status")
    @Parameter(description = "dead_letter unless told, or failed: those that were given up")
    @Nullable
    String status;

    /** @throws Problem 422 naming every parameter that cannot be */
    void check() {
        List<FieldError> errors = new ArrayList<>();
        bounded("source", sources, 100, errors);
        bounded("event_type", types, 100, errors);
        bounded("module", modules, 100, errors);
        bounded("record_id", recordId == null ? List.of() : List.of(recordId), 200, errors);
        if (recordId != null && sources.size() != 1) {
            errors.add(new FieldError("record_id", "needs one source: ids are unique within a source only"));
        }
        if (status != null && !status.equals("dead_letter") && !status.equals("failed")) {
            errors.add(new FieldError("status", "must be dead_letter or failed: others are no dead letters"));
        }
        first = time("from", from, errors);
        last = time("to", to, errors);
        if (first != null && last != null && first.isAfter(last)) {
            errors.add(new FieldError("from", "must not be after to"));
        }
        if (!errors.isEmpty()) {
            throw Problem.validation(errors);
        }
    }

    private static @Nullable Instant time(String name, @Nullable String text, List<FieldError> errors) {
        try {
            return text == null ? null : Rfc3339.parse(text);
        } catch (DateTimeException refused) {
            errors.add(new FieldError(name, String.valueOf(refused.getMessage())));
            return null;
        }
    }

    private static void bounded(String name, List<String> values, int most, List<FieldError> errors) {
        if (values.size() > 100) {
            errors.add(new FieldError(name, "has more than 100 values"));
        }
        for (String value : values) {
            if (value.isBlank() || value.length() > most || value.indexOf('\0') >= 0) {
                errors.add(new FieldError(
                        name, "must have 1 to " + most + " characters, not be blank and have no U+0000"));
            }
        }
    }

    EventStatus meant() {
        return "failed".equals(status) ? EventStatus.FAILED : EventStatus.DEAD_LETTER;
    }

    /** @return the index after the last parameter */
    int bind(PreparedStatement statement, int start) throws SQLException {
        int index = start;
        for (List<String> values : List.of(sources, types, modules)) {
            Array array = statement.getConnection().createArrayOf("varchar", values.toArray());
            statement.setArray(index++, array);
            statement.setArray(index++, array);
        }
        String key = recordId == null ? null : sources.get(0) + ":" + recordId;
        for (int i = 0; i < 2; i++) {
            statement.setObject(index++, key, java.sql.Types.VARCHAR);
        }
        for (Instant moment : new Instant[] {first, first, last, last}) {
            OffsetDateTime time = moment == null ? null : moment.atOffset(ZoneOffset.UTC);
            statement.setObject(index++, time, java.sql.Types.TIMESTAMP_WITH_TIMEZONE);
        }
        statement.setString(index++, meant().text());
        return index;
    }

    /** For the record of who asked for what. */
    Map<String, Object> described() {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("source", sources);
        said.put("event_type", types);
        said.put("module", modules);
        said.put("record_id", recordId);
        said.put("from", from);
        said.put("to", to);
        said.put("status", meant().text());
        said.values().removeIf(value -> value == null || value.equals(List.of()));
        return said;
    }
}
