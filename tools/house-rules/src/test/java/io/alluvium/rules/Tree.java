package io.alluvium.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Files by their path from the root, with {@code /} between folders. Rules judge such a tree, so that each of them can be
 * shown an example that breaks it.
 */
record Tree(SortedMap<String, String> files) {

    static final Path ROOT = Path.of(System.getProperty("repository.root", "../.."));

    private static final Tree OURS = new Tree(read(ROOT));

    /** This repository: everything that {@code .gitignore} does not name. */
    static Tree ours() {
        return OURS;
    }

    /** @param pathAndText alternating */
    static Tree of(String... pathAndText) {
        SortedMap<String, String> files = new TreeMap<>();
        for (int i = 0; i < pathAndText.length; i += 2) {
            files.put(pathAndText[i], pathAndText[i + 1]);
        }
        return new Tree(files);
    }

    String text(String path) {
        return files.getOrDefault(path, "");
    }

    boolean has(String path) {
        return files.containsKey(path) || files.keySet().stream().anyMatch(file -> file.startsWith(path + "/"));
    }

    List<String> paths(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return files.keySet().stream()
                .filter(path -> pattern.matcher(path).matches())
                .toList();
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** @return empty for a file at the root */
    static String folder(String path) {
        return path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
    }

    private static SortedMap<String, String> read(Path root) {
        SortedMap<String, String> files = new TreeMap<>();
        try {
            List<PathMatcher> ignored = ignored(Files.readAllLines(root.resolve(".gitignore")));
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean skipped = !folder.equals(root) && matches(ignored, folder);
                    return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (!matches(ignored, file)) {
                        String path = root.relativize(file).toString().replace('\\', '/');
                        files.put(path, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return files;
    }

    private static boolean matches(List<PathMatcher> ignored, Path path) {
        return ignored.stream().anyMatch(pattern -> pattern.matches(path.getFileName()));
    }

    private static List<PathMatcher> ignored(List<String> lines) {
        List<String> names = new java.util.ArrayList<>(List.of(".git"));
        lines.stream().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(names::add);
        return names.stream().map(Tree::matcher).toList();
    }

    private static PathMatcher matcher(String line) {
        String name = line.endsWith("/") ? line.substring(0, line.length() - 1) : line;
        if (name.contains("/") || name.startsWith("!")) {
            throw new IllegalStateException(".gitignore names files, not paths, or the rules cannot follow: " + line);
        }
        return FileSystems.getDefault().getPathMatcher("glob:" + name);
    }

    /** Lines of the files that match, as {@code path:line}. */
    static List<String> linesWith(Map<String, String> files, Pattern pattern) {
        List<String> found = new java.util.ArrayList<>();
        files.forEach((path, text) -> {
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(path + ":" + (i + 1));
                }
            }
        });
        return found;
    }
}
