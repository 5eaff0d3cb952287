package io.alluvium.webhook.intake;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The signature of what a template says, in a header of its own: for providers that are not in the catalogue. */
final class TemplateScheme implements SignatureScheme {

    static final String BODY = "{body}";
    static final String TIMESTAMP = "{timestamp}";
    static final String ID = "{id}";

    private static final Pattern PART = Pattern.compile("\\{[a-z]*\\}|[^{}]+");

    private final String header;
    private final String prefix;
    private final SignatureText text;
    private final List<String> parts;
    private final @Nullable String timestampHeader;
    private final @Nullable String idHeader;

    /** @throws IllegalArgumentException when the template is none, or needs a header that is not named */
    TemplateScheme(
            String header,
            String prefix,
            SignatureText text,
            String template,
            @Nullable String timestampHeader,
            @Nullable String idHeader) {
        this.header = header;
        this.prefix = prefix;
        this.text = text;
        this.parts = parts(template);
        this.timestampHeader = timestampHeader;
        this.idHeader = idHeader;
        if (parts.contains(TIMESTAMP) != (timestampHeader != null)) {
            throw new IllegalArgumentException(
                    "template with {timestamp} and timestamp-header go together: what is not signed proves nothing");
        }
        for (int i = 1; i < parts.size(); i++) {
            if (List.of(ID, TIMESTAMP).contains(parts.get(i - 1))
                    && List.of(ID, TIMESTAMP).contains(parts.get(i))) {
                throw new IllegalArgumentException(
                        "template must have text between {id} and {timestamp}: nobody knows where one ends");
            }
        }
        if (parts.contains(ID) && idHeader == null) {
            throw new IllegalArgumentException("template with {id} needs a header in event-id");
        }
    }

    private static List<String> parts(String template) {
        List<String> parts = new ArrayList<>();
        int end = 0;
        Matcher part = PART.matcher(template);
        while (part.find() && part.start() == end) {
            parts.add(part.group());
            end = part.end();
        }
        boolean known = parts.stream().filter(one -> one.startsWith("{")).allMatch(one -> List.of(BODY, TIMESTAMP, ID)
                .contains(one));
        boolean body = parts.stream().filter(BODY::equals).count() == 1;
        if (end < template.length() || !known || !body) {
            throw new IllegalArgumentException(
                    "template must have {body} once, and may have {timestamp}, {id} and text");
        }
        return parts;
    }

    @Override
    public @Nullable Signed read(Delivery delivery, Explanation explanation) {
        byte[] signature = text.single(delivery.headers(), header, prefix, explanation);
        String time = timestampHeader == null ? "" : one(delivery, timestampHeader, explanation);
        String id = parts.contains(ID) ? one(delivery, String.valueOf(idHeader), explanation) : "";
        if (signature == null || time == null || id == null) {
            return null;
        }
        Instant at = timestampHeader == null ? null : SigningTime.parse(time);
        if (timestampHeader != null && at == null) {
            explanation.failed("timestamp", () -> timestampHeader + " is neither RFC 3339 nor a number since 1970");
            return null;
        }
        List<byte[]> signed = new ArrayList<>(parts.size());
        for (String part : parts) {
            signed.add(
                    switch (part) {
                        case BODY -> delivery.body();
                        case TIMESTAMP -> time.getBytes(StandardCharsets.UTF_8);
                        case ID -> id.getBytes(StandardCharsets.UTF_8);
                        default -> part.getBytes(StandardCharsets.UTF_8);
                    });
        }
        return new Signed(List.of(new Signed.Signature(signature)), signed, at);
    }

    private static @Nullable String one(Delivery delivery, String name, Explanation explanation) {
        List<String> values = delivery.headers().all(name);
        if (values.size() == 1) {
            return values.get(0);
        }
        explanation.failed(
                "signed headers", () -> name + (values.isEmpty() ? " is missing" : " was sent more than once"));
        return null;
    }
}
