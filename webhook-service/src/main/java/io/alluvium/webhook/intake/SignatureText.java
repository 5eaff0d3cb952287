package io.alluvium.webhook.intake;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a signature or a secret is written in its header. */
enum SignatureText {
    /** As the providers write it. Digits in upper case are not theirs. */
    HEX_LOWER("hexadecimal digits in lower case"),
    /** In either case. */
    HEX("hexadecimal digits"),
    BASE64("base64"),
    /** The bytes themselves. */
    PLAIN("text");

    private final String words;

    SignatureText(String words) {
        this.words = words;
    }

    /** @return null when the text is something else */
    byte @Nullable [] decode(String text) {
        try {
            if (text.isEmpty() || this == HEX_LOWER && !text.equals(text.toLowerCase(Locale.ROOT))) {
                return null;
            }
            return switch (this) {
                case BASE64 -> Base64.getDecoder().decode(text);
                case PLAIN -> text.getBytes(StandardCharsets.UTF_8);
                case HEX, HEX_LOWER -> HexFormat.of().parseHex(text);
            };
        } catch (IllegalArgumentException wrong) {
            return null;
        }
    }

    /** The content of a header that must be there once; null, with the reason told, when it is not. */
    byte @Nullable [] single(Headers headers, String header, String prefix, Explanation explanation) {
        List<String> values = headers.all(header);
        if (values.size() != 1) {
            explanation.failed(
                    "header",
                    () -> values.isEmpty()
                            ? "there is no header " + header
                            : "the header " + header + " was sent " + values.size() + " times");
            return null;
        }
        String value = values.get(0).strip();
        byte[] decoded = hasPrefix(value, prefix) ? decode(value.substring(prefix.length())) : null;
        if (decoded != null) {
            explanation.passed("header", () -> header + " is there, " + words);
        } else {
            explanation.failed("header", () -> header + " must be " + expected(prefix) + hint(value, prefix));
        }
        return decoded;
    }

    /** Names of schemes, as in {@code Bearer ...}, are the same in any case. */
    private static boolean hasPrefix(String value, String prefix) {
        return value.regionMatches(prefix.endsWith(" "), 0, prefix, 0, prefix.length());
    }

    private String expected(String prefix) {
        return prefix.isEmpty() ? words : "'" + prefix + "' and then " + words;
    }

    private String hint(String value, String prefix) {
        if (!hasPrefix(value, prefix)) {
            return "; it begins otherwise";
        }
        String rest = value.substring(prefix.length());
        if (this == HEX_LOWER && HEX.decode(rest) != null) {
            return "; it has upper case";
        }
        if (this != BASE64 && this != PLAIN && BASE64.decode(rest) != null) {
            return "; it looks like base64";
        }
        return "";
    }
}
