package io.alluvium.webhook.intake;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a signature is written. */
enum SignatureText {
    /** As the providers write it. Digits in upper case are not theirs. */
    HEX_LOWER("hexadecimal digits in lower case"),
    /** In either case. */
    HEX("hexadecimal digits"),
    BASE64("base64");

    private final String words;

    SignatureText(String words) {
        this.words = words;
    }

    /** @return null when the text is something else */
    byte @Nullable [] decode(String text) {
        try {
            if (text.isEmpty() || this == HEX_LOWER && !text.equals(text.toLowerCase(java.util.Locale.ROOT))) {
                return null;
            }
            return this == BASE64
                    ? Base64.getDecoder().decode(text)
                    : HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException wrong) {
            return null;
        }
    }

    /** The signature of a header that must be there once; null, with the reason told, when it is not. */
    byte @Nullable [] single(Headers headers, String header, String prefix, Explanation explanation) {
        List<String> values = headers.all(header);
        if (values.size() != 1) {
            explanation.failed(
                    "signature header",
                    () -> values.isEmpty()
                            ? "there is no header " + header
                            : "the header " + header + " was sent " + values.size() + " times");
            return null;
        }
        String value = values.get(0).strip();
        byte[] decoded = value.startsWith(prefix) ? decode(value.substring(prefix.length())) : null;
        if (decoded == null) {
            explanation.failed(
                    "signature header",
                    () -> header + " must be " + (prefix.isEmpty() ? "" : prefix + " and then ") + words);
        } else {
            explanation.passed(
                    "signature header", () -> header + " is there, " + decoded.length + " bytes of " + words);
        }
        return decoded;
    }
}
