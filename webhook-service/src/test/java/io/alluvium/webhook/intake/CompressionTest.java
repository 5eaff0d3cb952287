package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class CompressionTest {

    static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    private static byte[] unpacked(byte[] body, String encoding) {
        return Compression.unpacked(
                Sent.body(body).header("content-encoding", encoding).delivery(), 1000);
    }

    @Test
    void aBodyIsUnpackedByItsEncoding() throws IOException {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
            out.write(utf8("{}"));
        }

        assertThat(unpacked(gzip(utf8("{}")), "GZIP")).asString().isEqualTo("{}");
        assertThat(unpacked(deflated.toByteArray(), "deflate")).asString().isEqualTo("{}");
        assertThat(unpacked(utf8("{}"), "identity")).asString().isEqualTo("{}");
    }

    @Test
    void aBodyThatUnfoldsWithoutEndIsRefusedAtTheBound() throws IOException {
        byte[] bomb = gzip(new byte[10_000_000]);

        assertThat(bomb.length).isLessThan(20_000);
        assertThatThrownBy(() -> unpacked(bomb, "gzip")).hasMessageContaining("more than 1000 bytes");
        assertThat(unpacked(gzip(new byte[1000]), "gzip")).hasSize(1000);
    }

    @Test
    void whatIsNotInItsEncodingIsRefused() throws IOException {
        assertThatThrownBy(() -> unpacked(utf8("{}"), "gzip")).hasMessageContaining("Content-Encoding");
        assertThatThrownBy(() -> unpacked(utf8("{}"), "br")).hasMessageContaining("gzip, deflate and identity");
        assertThatThrownBy(() -> unpacked(gzip(utf8("{}")), "gzip, gzip")).hasMessageContaining("gzip, deflate");
    }
}
