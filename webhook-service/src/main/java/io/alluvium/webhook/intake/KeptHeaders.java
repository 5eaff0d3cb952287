package io.alluvium.webhook.intake;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.alluvium.sink.Utf8;
import io.alluvium.webhook.topic.Texts;
import java.util.List;
import java.util.Locale;

/** The headers of a delivery that are stored with its events: those on a list, since any other may be a secret. */
final class KeptHeaders {

    private static final List<String> ALWAYS =
            List.of("content-type", "content-encoding", "user-agent", "x-request-id", "traceparent");

    /** Longer values are of no use to anybody, and are left out. */
    private static final int MAX_VALUE = 1000;

    private KeptHeaders() {}

    /** @param more names of the source's own */
    static Utf8 json(Headers headers, List<String> more) {
        StringBuilder json = new StringBuilder(300).append('{');
        ALWAYS.forEach(name -> add(json, headers, name));
        more.forEach(name -> add(json, headers, name.toLowerCase(Locale.ROOT)));
        return Utf8.of(json.append('}').toString());
    }

    private static void add(StringBuilder json, Headers headers, String name) {
        String value = headers.first(name);
        if (value == null || value.length() > MAX_VALUE || !Texts.isStorable(value)) {
            return;
        }
        json.append(json.length() > 1 ? ",\"" : "\"").append(name).append("\":\"");
        JsonStringEncoder.getInstance().quoteAsString(value, json);
        json.append('"');
    }
}
