package io.alluvium.emitter;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One row at one moment: the names of its columns, each with its value as JSON. Not thread-safe. */
final class Image {

    private final Map<String, String> columns = new LinkedHashMap<>();

    /** The first value of a column counts: an association that shares its column with the id comes second. */
    void put(String column, String json) {
        columns.putIfAbsent(column, json);
    }

    /** Makes this column as it is in the other image, if it is there. */
    void take(String column, Image other) {
        String json = other.columns.get(column);
        if (json != null) {
            columns.replace(column, json);
        }
    }

    /** Columns of this image that differ from the earlier one, in the order of this one, then those that only it has. */
    List<String> changedSince(Image earlier) {
        List<String> changed = new ArrayList<>();
        columns.forEach((column, json) -> {
            String old = earlier.columns.get(column);
            if (old == null || !same(old, json)) {
                changed.add(column);
            }
        });
        earlier.columns.keySet().stream()
                .filter(column -> !columns.containsKey(column))
                .forEach(changed::add);
        return changed;
    }

    /** 1.5 that was set and 1.50 that was read are one number. */
    private static boolean same(String a, String b) {
        return a.equals(b) || isNumber(a) && isNumber(b) && new BigDecimal(a).compareTo(new BigDecimal(b)) == 0;
    }

    private static boolean isNumber(String json) {
        char first = json.charAt(0);
        return first == '-' || first >= '0' && first <= '9';
    }

    void write(JsonGenerator to) throws IOException {
        to.writeStartObject();
        for (Map.Entry<String, String> column : columns.entrySet()) {
            to.writeFieldName(column.getKey());
            to.writeRawValue(column.getValue());
        }
        to.writeEndObject();
    }
}
