package io.alluvium.kit.operations;

import io.alluvium.sink.DeadLetters.Letter;
import io.alluvium.sink.DeadLetters.Status;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter for a person to read.
 *
 * @param payloadSize in bytes; null where the record had no value
 */
record LetterView(
        long id,
        String topic,
        int partition,
        long offset,
        String reason,
        @Nullable String sqlState,
        Instant failedAt,
        Status status,
        @Nullable Instant resolvedAt,
        @Nullable String resolvedBy,
        @Nullable String key,
        @Nullable Encoding keyEncoding,
        @Nullable String payload,
        @Nullable Encoding payloadEncoding,
        @Nullable Integer payloadSize,
        @Schema(description = "Lists show the beginning of long values; the letter itself has all of it")
                boolean truncated,
        List<HeaderView> headers) {

    enum Encoding {
        UTF_8,
        BASE64
    }

    /** @param value null where the header has none, which is not the same as an empty one */
    record HeaderView(String name, @Nullable String value, @Nullable Encoding encoding) {}

    /** Bytes as text where they are text. */
    private record Readable(@Nullable String text, @Nullable Encoding encoding, boolean cut) {

        static Readable of(byte @Nullable [] bytes, int most) {
            if (bytes == null) {
                return new Readable(null, null, false);
            }
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                int end = Math.min(most, text.length());
                // A pair that is cut in half is no text.
                end = end < text.length() && Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
                return new Readable(text.substring(0, end), Encoding.UTF_8, end < text.length());
            } catch (CharacterCodingException binary) {
                byte[] shown = bytes.length > most ? Arrays.copyOf(bytes, most) : bytes;
                return new Readable(
                        Base64.getEncoder().encodeToString(shown), Encoding.BASE64, shown.length < bytes.length);
            }
        }
    }

    /** @param most characters, or bytes where it is not text, that are shown of each value */
    static LetterView of(Letter letter, int most) {
        Readable key = Readable.of(letter.key(), most);
        Readable payload = Readable.of(letter.payload(), most);
        boolean cut = key.cut || payload.cut;
        List<HeaderView> headers = new ArrayList<>();
        for (Header header : letter.headers()) {
            Readable value = Readable.of(header.value(), most);
            cut |= value.cut;
            headers.add(new HeaderView(header.key(), value.text, value.encoding));
        }
        return new LetterView(
                letter.id(),
                letter.topic(),
                letter.partition(),
                letter.offset(),
                letter.reason(),
                letter.sqlState(),
                letter.failedAt(),
                letter.status(),
                letter.resolvedAt(),
                letter.resolvedBy(),
                key.text,
                key.encoding,
                payload.text,
                payload.encoding,
                letter.payload() == null ? null : letter.payload().length,
                cut,
                List.copyOf(headers));
    }
}
