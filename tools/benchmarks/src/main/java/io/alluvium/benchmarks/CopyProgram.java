package io.alluvium.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/** The bound: rows that are encoded and in memory already go into the table by one COPY of one connection. */
final class CopyProgram {

    private static final int CHUNK = 1 << 20;

    private CopyProgram() {}

    /** @param arguments JDBC address and the file of rows */
    public static void main(String[] arguments) throws IOException, SQLException {
        List<byte[]> chunks = read(Path.of(arguments[1]));
        try (Connection connection = DriverManager.getConnection(arguments[0]);
                BufferedReader questions =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("ready");
            while (questions.readLine() != null) {
                System.out.println(copy(connection, chunks));
            }
        }
    }

    private static List<byte[]> read(Path file) throws IOException {
        List<byte[]> chunks = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (byte[] chunk = in.readNBytes(CHUNK); chunk.length > 0; chunk = in.readNBytes(CHUNK)) {
                chunks.add(chunk);
            }
        }
        return chunks;
    }

    private static long copy(Connection connection, List<byte[]> chunks) throws SQLException, IOException {
        PGCopyOutputStream out = new PGCopyOutputStream(connection.unwrap(PGConnection.class), CopyFile.STATEMENT);
        for (byte[] chunk : chunks) {
            out.write(chunk);
        }
        return out.endCopy();
    }
}
