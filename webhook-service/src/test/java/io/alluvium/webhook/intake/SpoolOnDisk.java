package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;

import io.alluvium.webhook.intake.SpoolFiles.Portion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A spool, its entries as text, and its directory as it looks from outside. */
final class SpoolOnDisk {

    static final long LARGE = 1 << 20;

    private SpoolOnDisk() {}

    static Spool open(Path directory) throws IOException {
        return new Spool(directory, LARGE, 1000);
    }

    static void append(Spool spool, String... entries) {
        Stream.of(entries)
                .map(entry -> spool.append(utf8(entry)).toCompletableFuture())
                .toList()
                .forEach(CompletableFuture::join);
    }

    static List<String> take(Spool spool, int most) throws Exception {
        Portion portion = spool.peek(most, 0);
        if (!portion.isEmpty()) {
            spool.remove(portion);
        }
        return portion.entries().stream().map(String::new).toList();
    }

    static List<String> takeAll(Spool spool) throws Exception {
        List<String> all = new ArrayList<>();
        for (List<String> some = take(spool, 7); !some.isEmpty(); some = take(spool, 7)) {
            all.addAll(some);
        }
        return all;
    }

    static List<Path> files(Path directory) throws IOException {
        return files(directory, ".spool").stream().sorted().toList();
    }

    static List<Path> files(Path directory, String suffix) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> path.toString().endsWith(suffix)).toList();
        }
    }

    static String[] numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "entry " + i).toArray(String[]::new);
    }
}
