package io.alluvium.kit;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.IgnoredPropertyException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.alluvium.kit.Problem.FieldError;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Jackson found wrong with a request, in the words of the request: field, index, place; no class of ours. */
final class JsonMistakes {

    private static final Pattern DUPLICATE = Pattern.compile("^Duplicate field '(.*)'$", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("^Unrecognized token '.*?'", Pattern.DOTALL);
    private static final Pattern MISSING = Pattern.compile("^Missing (?:required )?creator property '(.*?)'");

    private JsonMistakes() {}

    /** 400 where the text is no JSON or beyond all bounds, 422 where it is JSON of another shape. */
    static Problem explain(JsonProcessingException mistake) {
        if (mistake instanceof StreamConstraintsException) {
            return Problem.badRequest(beyond(mistake));
        }
        if (mistake instanceof JsonMappingException mapping) {
            return mapping(mapping);
        }
        Matcher duplicate = DUPLICATE.matcher(mistake.getOriginalMessage());
        if (duplicate.find()) {
            FieldError error = new FieldError(shortened(duplicate.group(1)), "is there twice" + place(mistake));
            return Problem.validation(error);
        }
        return Problem.badRequest("the body is not valid JSON: " + tidy(mistake) + place(mistake));
    }

    private static Problem mapping(JsonMappingException mistake) {
        // Errors of the parser inside a field arrive wrapped; the wrapping only adds where we already were.
        if (mistake.getCause() instanceof InputCoercionException number) {
            String message = "must be " + named(number.getTargetType());
            return Problem.validation(new FieldError(field(mistake), index(mistake), message));
        }
        if (mistake.getCause() instanceof JsonProcessingException syntax && !(syntax instanceof JsonMappingException)) {
            return explain(syntax);
        }
        if (mistake.getCause() instanceof Problem problem) {
            return indexed(problem, mistake);
        }
        FieldError error = new FieldError(field(mistake), index(mistake), message(mistake));
        return Problem.validation(error);
    }

    private static Problem indexed(Problem problem, JsonMappingException mistake) {
        Integer index = index(mistake);
        return index == null ? problem : problem.at(index);
    }

    private static String message(JsonMappingException mistake) {
        if (mistake instanceof UnrecognizedPropertyException unknown) {
            return "is not a known field" + known(unknown.getKnownPropertyIds());
        }
        if (mistake instanceof IgnoredPropertyException) {
            return "cannot be set";
        }
        if (mistake instanceof InvalidNullException) {
            return "must not be null";
        }
        if (mistake instanceof InvalidFormatException format) {
            return ofValue(format);
        }
        Matcher missing = MISSING.matcher(mistake.getOriginalMessage());
        if (missing.find()) {
            return "is missing";
        }
        if (mistake instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return mismatch.getOriginalMessage().startsWith("Trailing token")
                    ? "the body goes on after its end"
                    : "must be " + named(mismatch.getTargetType());
        }
        // A constructor of a record that refuses its arguments says so to the client, in words meant for it.
        if (mistake.getCause() instanceof IllegalArgumentException refused && refused.getMessage() != null) {
            return refused.getMessage();
        }
        return "cannot be read";
    }

    private static String ofValue(InvalidFormatException format) {
        Class<?> target = format.getTargetType();
        if (target.isEnum()) {
            return "must be one of " + constants(target);
        }
        if (target == Instant.class) {
            // The words of Rfc3339, after Jackson's own.
            String words = format.getOriginalMessage();
            int at = words.indexOf(": ");
            return at < 0 ? "must be " + named(target) : words.substring(at + 2);
        }
        return "must be " + named(target);
    }

    private static String constants(Class<?> target) {
        StringJoiner names = new StringJoiner(", ");
        for (Object constant : target.getEnumConstants()) {
            names.add(constant.toString());
        }
        return names.toString();
    }

    private static String named(Class<?> type) {
        if (type == String.class) {
            return "a string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == Integer.class) {
            return "an integer from -2147483648 to 2147483647";
        }
        if (type == long.class || type == Long.class || type == short.class || type == Short.class) {
            return "an integer in range";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (type == UUID.class) {
            return "a UUID";
        }
        if (type == Instant.class) {
            return "a time as a string (RFC 3339)";
        }
        if (type.isEnum()) {
            return "one of " + constants(type);
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "an array";
        }
        return Map.class.isAssignableFrom(type)
                        || type.isRecord()
                        || !type.getName().startsWith("java.")
                ? "an object"
                : "of another type";
    }

    private static String known(@Nullable Collection<Object> names) {
        if (names == null || names.isEmpty() || names.size() > 40) {
            return "";
        }
        StringJoiner list = new StringJoiner(", ", "; known are ", "");
        names.stream().map(Object::toString).sorted().forEach(list::add);
        return list.toString();
    }

    private static @Nullable Integer index(JsonMappingException mistake) {
        List<JsonMappingException.Reference> path = mistake.getPath();
        return path.isEmpty() || path.get(0).getFieldName() != null
                ? null
                : path.get(0).getIndex();
    }

    private static String field(JsonMappingException mistake) {
        StringBuilder field = new StringBuilder();
        List<JsonMappingException.Reference> path = mistake.getPath();
        for (JsonMappingException.Reference step : path.subList(index(mistake) == null ? 0 : 1, path.size())) {
            if (step.getFieldName() == null) {
                field.append('[').append(step.getIndex()).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(shortened(step.getFieldName()));
            }
        }
        Matcher missing = MISSING.matcher(mistake.getOriginalMessage());
        if (missing.find() && field.indexOf(missing.group(1)) < 0) {
            field.append(field.isEmpty() ? "" : ".").append(missing.group(1));
        }
        return field.toString();
    }

    private static String beyond(JsonProcessingException mistake) {
        String words = mistake.getOriginalMessage();
        if (words.contains("nesting depth")) {
            return "the body is nested deeper than " + JsonRules.MAX_DEPTH + " levels";
        }
        if (words.contains("Number value length")) {
            return "the body has a number of more than " + JsonRules.MAX_NUMBER_LENGTH + " characters";
        }
        if (words.contains("String value length")) {
            return "the body has a string of more than " + JsonRules.MAX_STRING_LENGTH + " characters";
        }
        return "the body is beyond the bounds of JSON that are accepted here";
    }

    /** The parser's sentence without the part about who wrote it. */
    private static String tidy(JsonProcessingException mistake) {
        // Jackson repeats a word that is no JSON, which may be a password whose quotes were forgotten.
        String words = WORD.matcher(mistake.getOriginalMessage()).replaceFirst("unrecognized word");
        int source = words.indexOf(" (start marker at");
        String first = source < 0 ? words : words.substring(0, source);
        return shortened(first);
    }

    private static String place(JsonProcessingException mistake) {
        JsonLocation at = mistake.getLocation();
        return at == null || at.getLineNr() < 1
                ? ""
                : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 199) + "\u2026";
    }
}
