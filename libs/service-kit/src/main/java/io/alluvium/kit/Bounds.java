package io.alluvium.kit;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Bounds of what one request may hold. The size of a body is bounded by {@code quarkus.http.limits.max-body-size}. */
public final class Bounds {

    private Bounds() {}

    /**
     * @param field the name of the array; empty where the array is the request itself
     * @throws Problem 413 when the array has more elements than that
     */
    public static void array(String field, @Nullable Collection<?> elements, int most) {
        if (elements != null) {
            array(field, elements.size(), most);
        }
    }

    /** The same for those who count while they read. */
    public static void array(String field, int elements, int most) {
        if (elements > most) {
            String what = field.isEmpty() ? "the array" : field;
            throw Problem.tooLarge(what + " has more than " + most + " elements; send them in several requests");
        }
    }

    /** @throws Problem 400 when the request has no body, or the JSON value {@code null} for one */
    public static <T> T body(@Nullable T body) {
        if (body == null) {
            throw Problem.badRequest("the request needs a body");
        }
        return body;
    }
}
