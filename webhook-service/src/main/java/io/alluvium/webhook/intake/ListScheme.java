package io.alluvium.webhook.intake;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Time and signatures in one header, {@code t=...,v1=...}; time, a dot and the body are signed. So do Stripe and Zoho
 * Payments.
 *
 * @param headers       names that the one header goes by
 * @param signatureName what stands before each signature; there are several while secrets are changed
 */
record ListScheme(List<String> headers, String signatureName) implements SignatureScheme {

    private static final int MAX_ELEMENTS = 12;

    @Override
    public @Nullable Signed read(Delivery delivery, Explanation explanation) {
        List<String> values = headers.stream()
                .flatMap(name -> delivery.headers().all(name).stream())
                .toList();
        if (values.size() != 1) {
            explanation.failed(
                    "signature header",
                    () -> values.isEmpty()
                            ? "there is no header " + headers.get(0)
                            : "the header " + headers.get(0) + " was sent " + values.size() + " times");
            return null;
        }
        List<String> times = new ArrayList<>();
        List<Signed.Signature> signatures = new ArrayList<>();
        for (String element : values.get(0).split(",", MAX_ELEMENTS)) {
            String[] pair = element.strip().split("=", 2);
            byte[] signature =
                    pair.length == 2 && pair[0].equals(signatureName) ? SignatureText.HEX_LOWER.decode(pair[1]) : null;
            if (signature != null) {
                signatures.add(new Signed.Signature(signature));
            } else if (pair.length == 2 && pair[0].equals("t")) {
                times.add(pair[1]);
            }
        }
        Instant at = times.size() == 1 && times.get(0).matches("[0-9]{1,15}") ? SigningTime.parse(times.get(0)) : null;
        if (at == null || signatures.isEmpty()) {
            explanation.failed(
                    "signature header",
                    () -> headers.get(0) + " must be t=<time>," + signatureName
                            + "=<hexadecimal digits in lower case>");
            return null;
        }
        explanation.passed(
                "signature header", () -> headers.get(0) + " has a time and " + signatures.size() + " signatures");
        byte[] head = (times.get(0) + ".").getBytes(StandardCharsets.US_ASCII);
        return new Signed(signatures, List.of(head, delivery.body()), at);
    }
}
