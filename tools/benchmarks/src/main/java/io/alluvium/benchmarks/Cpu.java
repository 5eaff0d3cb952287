package io.alluvium.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU seconds, user and system, that processes have used so far. */
final class Cpu {

    private static final Path PROC = Path.of("/proc");
    private static final double TICKS_PER_SECOND = 100; // Linux shows it so whatever the kernel's own clock

    private record Stat(long parent, long own, long ended) {}

    private Cpu() {}

    static double ofProcess(long pid) throws IOException {
        return stat(PROC.resolve(Long.toString(pid))).own / TICKS_PER_SECOND;
    }

    /** The process, its children, and those of its children that have ended. */
    static double ofFamily(long pid) throws IOException {
        Stat head = stat(PROC.resolve(Long.toString(pid)));
        long ticks = head.own + head.ended;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                ticks += ticksOfChild(process, pid);
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    private static long ticksOfChild(Path process, long parent) {
        try {
            Stat stat = stat(process);
            return stat.parent == parent ? stat.own + stat.ended : 0;
        } catch (IOException endedMeanwhile) {
            return 0;
        }
    }

    /** Resident memory, in megabytes. */
    static long residentMegabytes(long pid) throws IOException {
        for (String line : Files.readAllLines(PROC.resolve(Long.toString(pid)).resolve("status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("no VmRSS of process " + pid);
    }

    private static Stat stat(Path process) throws IOException {
        String line = Files.readString(process.resolve("stat"));
        // The name, in parentheses, may hold blanks.
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return new Stat(
                Long.parseLong(fields[1]),
                Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
    }
}
