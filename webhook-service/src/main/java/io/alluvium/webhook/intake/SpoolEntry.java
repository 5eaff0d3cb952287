package io.alluvium.webhook.intake;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The events of one delivery as they are in the spool: all of them or none. */
record SpoolEntry(List<ProducerRecord<byte[], byte[]>> records) {

    /** Of this form. An entry of another one is of another version of this program. */
    private static final int VERSION = 1;

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(records.size());
            for (ProducerRecord<byte[], byte[]> record : records) {
                write(out, record.key());
                write(out, record.value());
                Header[] headers = record.headers().toArray();
                out.writeShort(headers.length);
                for (Header header : headers) {
                    out.writeUTF(header.key());
                    write(out, header.value());
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException when the bytes are something else */
    static SpoolEntry of(byte[] bytes, String topic) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException("an entry of the spool has version " + version + ", not " + VERSION);
            }
            int count = in.readInt();
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] key = read(in);
                byte[] value = read(in);
                Headers headers = new RecordHeaders();
                for (int left = in.readUnsignedShort(); left > 0; left--) {
                    headers.add(in.readUTF(), read(in));
                }
                records.add(new ProducerRecord<>(topic, null, null, key, value, headers));
            }
            return new SpoolEntry(records);
        }
    }

    private static void write(DataOutputStream out, byte[] part) throws IOException {
        out.writeInt(part.length);
        out.write(part);
    }

    private static byte[] read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("an entry of the spool is no entry");
        }
        return in.readNBytes(length);
    }
}
