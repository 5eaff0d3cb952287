package io.alluvium.webhook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * A secret and where it was found. Prints as its reference, never as itself.
 *
 * @param reference {@code env:NAME}, {@code file:/path} or {@code config:key}
 */
public record Secret(String reference, String text) {

    private static final String EXPECTED = "env:NAME, file:/path or config:key";

    /** Where references lead. */
    public interface Places {

        @Nullable
        String environment(String name);

        @Nullable
        String config(String key);

        /** Those of this process. */
        static Places of(Config values) {
            return new Places() {
                @Override
                public @Nullable String environment(String name) {
                    return System.getenv(name);
                }

                @Override
                public @Nullable String config(String key) {
                    return values.getOptionalValue(key, String.class).orElse(null);
                }
            };
        }
    }

    /** @throws IllegalArgumentException with a sentence that does not quote what may be a secret itself */
    public static Secret find(String reference, Places places) {
        String trimmed = reference.strip();
        int colon = trimmed.indexOf(':');
        String kind = colon < 0 ? "" : trimmed.substring(0, colon);
        Function<String, @Nullable String> place =
                switch (kind) {
                    case "env" -> places::environment;
                    case "file" -> Secret::contentOf;
                    case "config" -> places::config;
                    // Somebody may have put the secret itself here: it is not repeated.
                    default ->
                        throw new IllegalArgumentException(
                                "a secret is given by reference: " + EXPECTED + ", never as itself");
                };
        String text = place.apply(trimmed.substring(colon + 1));
        if (text == null) {
            throw new IllegalArgumentException("there is nothing at " + trimmed);
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException("the secret at " + trimmed + " is empty");
        }
        return new Secret(trimmed, text);
    }

    /** Editors end a file with a line break that is no part of the secret. */
    private static @Nullable String contentOf(String path) {
        try {
            String text = Files.readString(Path.of(path));
            return text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (IOException | InvalidPathException unreadable) {
            return null;
        }
    }

    @Override
    public String toString() {
        return reference;
    }
}
