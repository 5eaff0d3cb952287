package io.alluvium.kit;

import org.jspecify.annotations.Nullable;

/**
 * How many rows one page of a list holds.
 *
 * @param usual where the client does not say
 * @param most  what a client may ask for
 */
public record PageLimit(int usual, int most) {

    public PageLimit {
        if (usual < 1 || most < usual) {
            throw new IllegalArgumentException("a limit needs 1 <= usual <= most, got " + usual + " and " + most);
        }
    }

    /** @throws Problem 422 naming {@code limit} when it is out of bounds: a silently smaller page would look complete */
    public int of(@Nullable Integer asked) {
        if (asked == null) {
            return usual;
        }
        if (asked < 1 || asked > most) {
            throw Problem.validation(new Problem.FieldError("limit", "must be from 1 to " + most));
        }
        return asked;
    }
}
