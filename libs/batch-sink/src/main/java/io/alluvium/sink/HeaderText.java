package io.alluvium.sink;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Kafka headers as text that a person can read and that gives back the very same bytes: one header a line,
 * {@code name=value}, with everything but printable ASCII percent-encoded; a header without a value has no {@code =}.
 */
final class HeaderText {

    private HeaderText() {}

    static String encode(Headers headers) {
        StringBuilder text = new StringBuilder();
        for (Header header : headers) {
            escape(header.key().getBytes(StandardCharsets.UTF_8), text);
            if (header.value() != null) {
                text.append('=');
                escape(header.value(), text);
            }
            text.append('\n');
        }
        return text.toString();
    }

    static Headers decode(String text) {
        Headers headers = new RecordHeaders();
        for (String line : text.split("\n")) {
            if (line.isEmpty()) {
                continue;
            }
            int equals = line.indexOf('=');
            String name = new String(unescape(equals < 0 ? line : line.substring(0, equals)), StandardCharsets.UTF_8);
            byte @Nullable [] value = equals < 0 ? null : unescape(line.substring(equals + 1));
            headers.add(name, value);
        }
        return headers;
    }

    private static void escape(byte[] bytes, StringBuilder text) {
        for (byte b : bytes) {
            if (b > ' ' && b < 0x7f && b != '%' && b != '=') {
                text.append((char) b);
            } else {
                text.append('%').append(String.format("%02x", b & 0xff));
            }
        }
    }

    private static byte[] unescape(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
