package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.alluvium.webhook.intake.SpoolFiles.Portion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    private static final long LARGE = 1 << 20;

    @TempDir
    Path directory;

    private Spool open() throws IOException {
        return new Spool(directory, LARGE, 1000);
    }

    private static void append(Spool spool, String... entries) {
        Stream.of(entries)
                .map(entry -> spool.append(utf8(entry)).toCompletableFuture())
                .toList()
                .forEach(CompletableFuture::join);
    }

    private static List<String> take(Spool spool, int most) throws Exception {
        Portion portion = spool.peek(most, 0);
        if (!portion.isEmpty()) {
            spool.remove(portion);
        }
        return portion.entries().stream().map(String::new).toList();
    }

    private static List<String> takeAll(Spool spool) throws Exception {
        List<String> all = new ArrayList<>();
        for (List<String> some = take(spool, 7); !some.isEmpty(); some = take(spool, 7)) {
            all.addAll(some);
        }
        return all;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> path.toString().endsWith(".spool"))
                    .sorted()
                    .toList();
        }
    }

    private static String[] numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "entry " + i).toArray(String[]::new);
    }

    @Test
    void entriesComeInTheirOrderAndStayUntilTheyAreRemoved() throws Exception {
        try (Spool spool = open()) {
            append(spool, "a", "b", "c");

            assertThat(spool.peek(2, 0).entries()).hasSize(2);
            assertThat(take(spool, 2)).containsExactly("a", "b");
            assertThat(spool.waiting()).isEqualTo(1);
            assertThat(take(spool, 2)).containsExactly("c");
            assertThat(take(spool, 2)).isEmpty();
            assertThat(spool.waiting()).isZero();
            assertThat(spool.bytes()).isZero();
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void whatWasAppendedIsThereForTheNextProcess() throws Exception {
        try (Spool spool = open()) {
            for (String entry : numbered(0, 300)) {
                append(spool, entry);
            }
        }
        assertThat(files()).hasSizeGreaterThan(1);
        try (Spool spool = open()) {
            assertThat(spool.waiting()).isEqualTo(300);
            append(spool, numbered(300, 350));

            assertThat(takeAll(spool)).containsExactly(numbered(0, 350));
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void whatWasRemovedFromAFileThatIsStillThereComesAgain() throws Exception {
        try (Spool spool = open()) {
            append(spool, "a", "b", "c");
            take(spool, 2);
        }
        try (Spool spool = open()) {
            assertThat(takeAll(spool)).containsExactly("a", "b", "c");
        }
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

    private List<Path> keptAside(String suffix) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> path.toString().endsWith(suffix)).toList();
        }
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] damaged = Files.readAllBytes(file);
        damaged[at] ^= 1;
        Files.write(file, damaged);
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

    @Test
    void filesOfOthersAreLeftAlone() throws Exception {
        Files.writeString(directory.resolve("notes.spool"), "mine");
        try (Spool spool = open()) {
            append(spool, "a");
            assertThat(takeAll(spool)).containsExactly("a");
        }
        assertThat(directory.resolve("notes.spool")).hasContent("mine");
    }

    @Test
    void onlyWhatCanBeReadIsTaken() throws Exception {
        try (Spool spool = new Spool(directory, 1L << 30, 1 << 20)) {
            byte[] largest = new byte[SpoolSegment.MAX_ENTRY];
            spool.append(largest).toCompletableFuture().join();
            assertThatThrownBy(() -> spool.append(new byte[SpoolSegment.MAX_ENTRY + 1])
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(IOException.class);
            assertThatThrownBy(() -> append(spool, "")).hasCauseInstanceOf(IOException.class);
            append(spool, "behind");

            assertThat(spool.peek(10, 0).entries()).singleElement().isEqualTo(largest);
        }
        try (Spool spool = open()) {
            assertThat(spool.waiting()).isEqualTo(2);
        }
    }

    @Test
    void nobodyElseMayReadIt() throws Exception {
        Path made = directory.resolve("a").resolve("spool");
        new Spool(made, LARGE, 1000).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
    }

    @Test
    void aFullSpoolTakesNothingUntilItIsDrained() throws Exception {
        try (Spool spool = new Spool(directory, 100, 1000)) {
            append(spool, "x".repeat(92));
            assertThatThrownBy(() ->
                            spool.append(new byte[1]).toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(Spool.Full.class);
            assertThat(spool.bytes()).isEqualTo(100);

            assertThat(takeAll(spool)).hasSize(1);
            append(spool, "y");
        }
    }

    @Test
    void aSecondProcessIsRefused() throws Exception {
        try (Spool spool = open()) {
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("another process");
            append(spool, "a");
        }
        open().close();
    }

    @Test
    void aDiskThatRefusesIsToldAndTheNextEntryTriesAnew() throws Exception {
        try (Spool spool = open()) {
            append(spool, "a");
            Path away = directory.resolveSibling("away-" + System.nanoTime());
            takeAll(spool);
            Files.move(directory, away);
            assertThatThrownBy(() -> append(spool, "b")).hasCauseInstanceOf(IOException.class);
            assertThat(spool.waiting()).isZero();
            assertThat(spool.bytes()).isZero();
            assertThat(spool.refuses()).isTrue();
            Files.move(away, directory);

            await().until(() -> !spool.refuses());
            append(spool, "c");
            assertThat(takeAll(spool)).containsExactly("c");
        }
    }

    @Test
    void manyAppendWhileOneTakes() throws Exception {
        int writers = 4;
        int each = 2000;
        try (Spool spool = open()) {
            List<CompletableFuture<Void>> writing = IntStream.range(0, writers)
                    .mapToObj(writer -> CompletableFuture.runAsync(() -> IntStream.range(0, each)
                            .mapToObj(i -> spool.append(utf8(writer + " " + i)).toCompletableFuture())
                            .toList()
                            .forEach(CompletableFuture::join)))
                    .toList();
            List<String> taken = new ArrayList<>();
            while (taken.size() < writers * each) {
                Portion portion = spool.peek(100, 5000);
                assertThat(portion.isEmpty()).as("after " + taken.size()).isFalse();
                portion.entries().forEach(entry -> taken.add(new String(entry)));
                spool.remove(portion);
            }
            writing.forEach(CompletableFuture::join);

            assertThat(spool.waiting()).isZero();
            for (int writer = 0; writer < writers; writer++) {
                String prefix = writer + " ";
                assertThat(taken.stream().filter(entry -> entry.startsWith(prefix)))
                        .containsExactlyElementsOf(IntStream.range(0, each)
                                .mapToObj(i -> prefix + i)
                                .toList());
            }
        }
        assertThat(files()).isEmpty();
    }
}
