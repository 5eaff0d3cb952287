package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
        List<byte[]> entries = spool.peek(most, 0);
        if (!entries.isEmpty()) {
            spool.remove(entries.size());
        }
        return entries.stream().map(String::new).toList();
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

            assertThat(spool.peek(2, 0)).hasSize(2);
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

    @Test
    void aByteThatTheDiskChangedStopsOnlyItsFileAndIsKeptAside() throws Exception {
        try (Spool spool = open()) {
            for (String entry : numbered(0, 300)) {
                append(spool, entry);
            }
        }
        Path first = files().get(0);
        byte[] damaged = Files.readAllBytes(first);
        damaged[2 * SpoolSegment.HEAD + "entry 0".length() + 2] ^= 1;
        Files.write(first, damaged);

        try (Spool spool = open()) {
            List<String> entries = takeAll(spool);
            assertThat(entries).startsWith("entry 0").endsWith("entry 299").hasSizeGreaterThan(200);
        }
        assertThat(first.resolveSibling(first.getFileName() + ".damaged")).isNotEmptyFile();
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
            Files.move(away, directory);

            append(spool, "c");
            assertThat(takeAll(spool)).containsExactly("c");
        }
    }

    @Test
    void manyAppendAndOneTakesAtTheSameTime() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        try (Spool spool = open()) {
            List<CompletableFuture<Void>> durable = new ArrayList<>();
            List<String> taken = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                durable.add(spool.append(utf8("entry " + i)).toCompletableFuture());
                if (random.nextInt(50) == 0) {
                    taken.addAll(take(spool, 1 + random.nextInt(100)));
                }
            }
            durable.forEach(CompletableFuture::join);
            taken.addAll(takeAll(spool));

            assertThat(taken).containsExactly(numbered(0, 3000));
        }
    }
}
