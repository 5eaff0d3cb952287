package io.alluvium.kit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is answered with an error the client can act on (RFC 9457). Throw it anywhere below a resource: it
 * becomes {@code application/problem+json} with these very words, so they name what was asked, never what the service is
 * made of. It carries no stack trace: an error of a client is not worth one.
 *
 * <p>Immutable.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * One thing in a request that cannot be accepted.
     *
     * @param field   the name of a field or parameter, with a path where it is nested: {@code filter.users[2]}
     * @param index   which element of a request that is an array, from 0; null where the request is not one
     * @param message what is wrong with it, as a sentence without the field's name
     */
    public record FieldError(String field, @Nullable Integer index, String message) {

        public FieldError(String field, String message) {
            this(field, null, message);
        }
    }

    /** How many errors one problem lists; what is beyond it is counted in the detail. */
    static final int MAX_ERRORS = 100;

    private final int status;
    private final String detail;
    private final transient List<FieldError> errors;
    private final transient @Nullable Duration retryAfter;
    private final transient Map<String, Object> members;

    private Problem(
            int status,
            String detail,
            List<FieldError> errors,
            @Nullable Duration retryAfter,
            Map<String, Object> members) {
        super(detail, null, false, false);
        this.status = status;
        this.detail = detail;
        this.errors = errors;
        this.retryAfter = retryAfter;
        this.members = members;
    }

    /** @param status an HTTP status from 400 to 599 */
    public static Problem of(int status, String detail) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("a problem has a status from 400 to 599, not " + status);
        }
        return new Problem(status, detail, List.of(), null, Map.of());
    }

    public static Problem badRequest(String detail) {
        return of(400, detail);
    }

    /** 400 that names the one parameter or field which cannot be understood. */
    public static Problem badRequest(String field, String message) {
        FieldError error = new FieldError(field, message);
        return new Problem(400, sentence(error), List.of(error), null, Map.of());
    }

    public static Problem notFound(String detail) {
        return of(404, detail);
    }

    public static Problem conflict(String detail) {
        return of(409, detail);
    }

    public static Problem preconditionFailed(String detail) {
        return of(412, detail);
    }

    public static Problem tooLarge(String detail) {
        return of(413, detail);
    }

    public static Problem unprocessable(String detail) {
        return of(422, detail);
    }

    /** 503: nothing is wrong with the request, and it may be repeated as it is. */
    public static Problem unavailable(String detail, Duration retryAfter) {
        return new Problem(503, detail, List.of(), retryAfter, Map.of());
    }

    /** 504: the request was understood and what it waits for did not happen in time. */
    public static Problem timedOut(String detail) {
        return of(504, detail);
    }

    /** 422 that lists every offending field. The detail is the first of them, and how many more there are. */
    public static Problem validation(List<FieldError> errors) {
        if (errors.isEmpty()) {
            throw new IllegalArgumentException("a validation problem names at least one field");
        }
        String detail = sentence(errors.get(0));
        if (errors.size() > 1) {
            detail += " (and " + (errors.size() - 1) + " more)";
        }
        List<FieldError> listed = errors.subList(0, Math.min(errors.size(), MAX_ERRORS));
        return new Problem(422, detail, List.copyOf(listed), null, Map.of());
    }

    public static Problem validation(FieldError error) {
        return validation(List.of(error));
    }

    /** The same problem with one more member of its JSON object, an extension in the words of RFC 9457. */
    public Problem with(String member, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(members);
        more.put(member, value);
        return new Problem(status, detail, errors, retryAfter, Collections.unmodifiableMap(more));
    }

    /** The same problem about one element of an array: every error that has no index gets this one. */
    public Problem at(int index) {
        List<FieldError> indexed = new ArrayList<>(errors.size());
        for (FieldError error : errors) {
            indexed.add(error.index() == null ? new FieldError(error.field(), index, error.message()) : error);
        }
        return new Problem(status, detail, List.copyOf(indexed), retryAfter, members);
    }

    public int status() {
        return status;
    }

    public String detail() {
        return detail;
    }

    public List<FieldError> errors() {
        return errors;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    Map<String, Object> members() {
        return members;
    }

    private static String sentence(FieldError error) {
        String place = error.index() == null ? error.field() : "[" + error.index() + "]." + error.field();
        return error.field().isEmpty() ? error.message() : place + ": " + error.message();
    }
}
