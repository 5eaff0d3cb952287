package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static io.alluvium.webhook.intake.SpoolOnDisk.LARGE;
import static io.alluvium.webhook.intake.SpoolOnDisk.append;
import static io.alluvium.webhook.intake.SpoolOnDisk.numbered;
import static io.alluvium.webhook.intake.SpoolOnDisk.take;
import static io.alluvium.webhook.intake.SpoolOnDisk.takeAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.alluvium.webhook.intake.SpoolFiles.Portion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    @TempDir
    Path directory;

    private Spool open() throws IOException {
        return SpoolOnDisk.open(directory);
    }

    private List<Path> files() throws IOException {
        return SpoolOnDisk.files(directory);
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
