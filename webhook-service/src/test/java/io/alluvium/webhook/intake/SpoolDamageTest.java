package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static io.alluvium.webhook.intake.SpoolOnDisk.LARGE;
import static io.alluvium.webhook.intake.SpoolOnDisk.append;
import static io.alluvium.webhook.intake.SpoolOnDisk.numbered;
import static io.alluvium.webhook.intake.SpoolOnDisk.takeAll;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a crash or a disk has left of a spool. */
class SpoolDamageTest {

    @TempDir
    Path directory;

    private Spool open() throws IOException {
        return SpoolOnDisk.open(directory);
    }

    private List<Path> files() throws IOException {
        return SpoolOnDisk.files(directory);
    }

    /** However a process ends while it writes: what is torn was never answered, and everything before it is there. */
    @Test
    void aTornEntryIsCutOffWhereverItIsTorn() throws Exception {
        try (Spool spool = new Spool(directory, LARGE, LARGE)) {
            append(spool, "first", "second", "third");
        }
        Path file = files().get(0);
        byte[] whole = Files.readAllBytes(file);
        int afterSecond = 2 * SpoolSegment.HEAD + "firstsecond".length();
        for (int length = afterSecond; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            try (Spool spool = open()) {
                assertThat(spool.waiting()).as("cut at " + length).isEqualTo(2);
                append(spool, "more");
                assertThat(takeAll(spool)).containsExactly("first", "second", "more");
            }
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void zerosAtTheEndAreNoEntries() throws Exception {
        try (Spool spool = open()) {
            append(spool, "a");
        }
        Files.write(files().get(0), new byte[100], StandardOpenOption.APPEND);
        try (Spool spool = open()) {
            assertThat(takeAll(spool)).containsExactly("a");
        }
    }

    /** Wherever it is: in a length, in a checksum, in an entry; in the only file. */
    @Test
    void aByteThatTheDiskChangedCostsNoOtherEntryAndIsKeptAside() throws Exception {
        int one = SpoolSegment.HEAD + "entry 0".length();
        for (int at = one; at < 2 * one; at++) {
            try (Spool spool = new Spool(directory, LARGE, LARGE)) {
                append(spool, numbered(0, 5));
            }
            flip(files().get(0), at);

            try (Spool spool = open()) {
                assertThat(spool.waiting()).as("byte " + at).isEqualTo(4);
                assertThat(takeAll(spool)).containsExactly("entry 0", "entry 2", "entry 3", "entry 4");
                assertThat(spool.waiting()).isZero();
                assertThat(spool.bytes()).isZero();
                assertThat(spool.keptAside()).isEqualTo(1);
            }
            Path kept = keptAside(".damaged").get(0);
            assertThat(Files.size(kept)).isEqualTo(one);
            Files.delete(kept);
        }
    }

    /** Nobody can tell it from an entry that is torn; so it is cut off, but not thrown away. */
    @Test
    void aByteThatTheDiskChangedInTheLastEntryIsKeptAside() throws Exception {
        try (Spool spool = open()) {
            append(spool, "first", "second");
        }
        flip(files().get(0), 2 * SpoolSegment.HEAD + "first".length() + 2);

        try (Spool spool = open()) {
            assertThat(takeAll(spool)).containsExactly("first");
        }
        assertThat(keptAside(".damaged")).singleElement().satisfies(kept -> assertThat(
                        Files.readString(kept, StandardCharsets.ISO_8859_1))
                .endsWith("second".replace("c", "b")));
    }

    @Test
    void damageWhileItRunsStopsNothing() throws Exception {
        try (Spool spool = new Spool(directory, LARGE, LARGE)) {
            append(spool, numbered(0, 5));
            try (FileChannel file = FileChannel.open(files().get(0), StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[] {'X'}), SpoolSegment.HEAD + 1);
            }

            assertThat(takeAll(spool)).containsExactly("entry 1", "entry 2", "entry 3", "entry 4");
            assertThat(spool.waiting()).isZero();
            append(spool, "more");
            assertThat(takeAll(spool)).containsExactly("more");
        }
        assertThat(keptAside(".damaged")).hasSize(1);
    }

    @Test
    void whatIsSetAsideIsTriedAgainWhenItIsRenamed() throws Exception {
        try (Spool spool = open()) {
            append(spool, "a");
            spool.setAside(utf8("refused"));
            assertThat(takeAll(spool)).containsExactly("a");
            assertThat(spool.keptAside()).isEqualTo(1);
        }
        Path refused = keptAside(".refused").get(0);
        Files.move(
                refused, refused.resolveSibling(refused.getFileName().toString().replace(".refused", ".spool")));
        try (Spool spool = open()) {
            assertThat(takeAll(spool)).containsExactly("refused");
            assertThat(spool.keptAside()).isZero();
        }
    }

    private List<Path> keptAside(String suffix) throws IOException {
        return SpoolOnDisk.files(directory, suffix);
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] damaged = Files.readAllBytes(file);
        damaged[at] ^= 1;
        Files.write(file, damaged);
    }
}
