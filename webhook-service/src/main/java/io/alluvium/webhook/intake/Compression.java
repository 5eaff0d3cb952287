package io.alluvium.webhook.intake;

import io.alluvium.kit.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * Bodies that were compressed on their way. Their signature is that of the bytes as they came, so this comes after it was
 * proven: nobody who is unknown gets anything unpacked.
 */
final class Compression {

    private Compression() {}

    /**
     * @param most bytes of the result
     * @throws Problem 413 when it has more, 415 for an encoding that is not read, 400 for a body that is not in it
     */
    static byte[] unpacked(Delivery delivery, long most) {
        List<String> encodings = delivery.headers().all("Content-Encoding");
        String encoding = String.join(",", encodings).strip().toLowerCase(Locale.ROOT);
        if (encoding.isEmpty() || encoding.equals("identity")) {
            return delivery.body();
        }
        try (InputStream packed = stream(encoding, delivery.body())) {
            byte[] body = packed.readNBytes(Math.toIntExact(most) + 1);
            if (body.length > most) {
                throw Problem.tooLarge("the body has more than " + most + " bytes when it is unpacked");
            }
            return body;
        } catch (IOException damaged) {
            throw Problem.badRequest("Content-Encoding", "the body is not in it");
        }
    }

    private static InputStream stream(String encoding, byte[] body) throws IOException {
        return switch (encoding) {
            case "gzip", "x-gzip" -> new GZIPInputStream(new ByteArrayInputStream(body));
            case "deflate" -> new InflaterInputStream(new ByteArrayInputStream(body));
            default -> throw Problem.of(415, "Content-Encoding: read are gzip, deflate and identity");
        };
    }
}
