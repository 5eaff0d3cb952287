package io.alluvium.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Rows dealt out to several files by turns, each in the order they came. */
final class CopyFiles implements AutoCloseable {

    private final List<CopyFile> files = new ArrayList<>();
    private int turn;

    CopyFiles(List<Path> paths) throws IOException {
        for (Path path : paths) {
            files.add(new CopyFile(path));
        }
    }

    void add(ChangeEvent event) throws IOException {
        files.get(turn).add(event);
        turn = (turn + 1) % files.size();
    }

    @Override
    public void close() throws IOException {
        for (CopyFile file : files) {
            file.close();
        }
    }
}
