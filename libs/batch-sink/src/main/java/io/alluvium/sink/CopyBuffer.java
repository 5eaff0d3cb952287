package io.alluvium.sink;

import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/**
 * PostgreSQL's binary COPY format, written straight from the rows into one buffer that is sent whenever it is full, so
 * that the server stores the first rows while the last are still being mapped. Not thread-safe.
 */
final class CopyBuffer {

    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private static final int SIZE = 64 * 1024;

    /** Microseconds from 1970-01-01 to 2000-01-01, where PostgreSQL's clock starts. */
    private static final long EPOCH_SHIFT = 946_684_800_000_000L;

    private final CopyIn copy;
    private final byte[] buffer = new byte[SIZE];
    private int length;

    CopyBuffer(CopyIn copy) {
        this.copy = copy;
        System.arraycopy(HEADER, 0, buffer, 0, HEADER.length);
        length = HEADER.length;
    }

    void row(int columns) throws SQLException {
        reserve(2);
        int16(columns);
    }

    void end() throws SQLException {
        reserve(2);
        int16(-1);
        copy.writeToCopy(buffer, 0, length);
        copy.endCopy();
    }

    void nullValue() throws SQLException {
        reserve(4);
        int32(-1);
    }

    void bytes(byte[] source, int offset, int count) throws SQLException {
        reserve(4);
        int32(count);
        if (count > SIZE - length) {
            flush();
            if (count > SIZE) {
                copy.writeToCopy(source, offset, count);
                return;
            }
        }
        System.arraycopy(source, offset, buffer, length, count);
        length += count;
    }

    void uuid(long mostSignificant, long leastSignificant) throws SQLException {
        reserve(20);
        int32(16);
        int64(mostSignificant);
        int64(leastSignificant);
    }

    void timestamp(long epochMicros) throws SQLException {
        bigint(epochMicros - EPOCH_SHIFT);
    }

    void bigint(long value) throws SQLException {
        reserve(12);
        int32(8);
        int64(value);
    }

    void integer(int value) throws SQLException {
        reserve(8);
        int32(4);
        int32(value);
    }

    void bool(boolean value) throws SQLException {
        reserve(5);
        int32(1);
        buffer[length++] = (byte) (value ? 1 : 0);
    }

    private void reserve(int count) throws SQLException {
        if (count > SIZE - length) {
            flush();
        }
    }

    private void flush() throws SQLException {
        copy.writeToCopy(buffer, 0, length);
        length = 0;
    }

    private void int16(int value) {
        buffer[length++] = (byte) (value >> 8);
        buffer[length++] = (byte) value;
    }

    private void int32(int value) {
        int16(value >> 16);
        int16(value);
    }

    private void int64(long value) {
        int32((int) (value >> 32));
        int32((int) value);
    }
}
