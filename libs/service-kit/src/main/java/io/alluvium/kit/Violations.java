package io.alluvium.kit;

import io.alluvium.kit.Problem.FieldError;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Bean Validation found wrong with a request, by the names the client wrote. */
final class Violations {

    private Violations() {}

    /** @return null when it was our answer that is not valid: that is no mistake of the client */
    static @Nullable Problem explain(ConstraintViolationException violated) {
        List<FieldError> errors = new ArrayList<>();
        for (ConstraintViolation<?> violation : violated.getConstraintViolations()) {
            FieldError error = error(violation);
            if (error == null) {
                return null;
            }
            errors.add(error);
        }
        if (errors.isEmpty()) {
            return null;
        }
        errors.sort(Comparator.comparing((FieldError error) -> error.index() == null ? -1 : error.index())
                .thenComparing(FieldError::field));
        return Problem.validation(errors);
    }

    private static @Nullable FieldError error(ConstraintViolation<?> violation) {
        StringBuilder field = new StringBuilder();
        Integer index = null;
        String parameter = "";
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getKind() == ElementKind.RETURN_VALUE) {
                return null;
            }
            if (node.getKind() == ElementKind.METHOD || node.getKind() == ElementKind.CONSTRUCTOR) {
                continue;
            }
            if (node.getKind() == ElementKind.PARAMETER) {
                parameter = Parameters.name(violation, node.as(Path.ParameterNode.class));
                continue;
            }
            if (node.getIndex() != null && field.isEmpty() && index == null) {
                index = node.getIndex();
            } else if (node.getIndex() != null) {
                field.append('[').append(node.getIndex()).append(']');
            }
            if (node.getKind() == ElementKind.PROPERTY && node.getName() != null) {
                field.append(field.isEmpty() ? "" : ".").append(Parameters.snakeCase(node.getName()));
            }
        }
        // The body itself has no name; the elements of an array that is the body have none either.
        String name = field.isEmpty() ? parameter : field.toString();
        return new FieldError(name, index, violation.getMessage());
    }
}
