package io.alluvium.benchmarks;

import java.io.IOException;
import java.util.List;

/** Time and CPU from its making on: of one contender, the database and the broker. */
final class Meter {

    /**
     * What it took.
     *
     * @param client CPU seconds of the contender's own processes
     */
    record Reading(String contender, long rows, double seconds, double client, double database, double broker) {
        double rate() {
            return rows / seconds;
        }

        /** CPU seconds of the contender for a million rows. */
        double clientPerMillion() {
            return client * 1e6 / rows;
        }

        /** CPU microseconds of the database for a row. */
        double databasePerRow() {
            return database * 1e6 / rows;
        }

        double brokerPerMillion() {
            return broker * 1e6 / rows;
        }
    }

    private final StackProcess stack;
    private final List<Long> pids;
    private final double client;
    private final double database;
    private final double broker;
    private final long began;

    Meter(StackProcess stack, List<Long> pids) throws IOException {
        this.stack = stack;
        this.pids = pids;
        this.client = client();
        this.database = stack.databaseCpu();
        this.broker = stack.brokerCpu();
        this.began = System.nanoTime();
    }

    double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    Reading read(String contender, long rows) throws IOException {
        return read(contender, rows, seconds());
    }

    /** @param seconds when the rows were there, if CPU of what comes after them belongs to them too */
    Reading read(String contender, long rows, double seconds) throws IOException {
        Reading reading = new Reading(
                contender,
                rows,
                seconds,
                client() - client,
                stack.databaseCpu() - database,
                stack.brokerCpu() - broker);
        Report.progress(String.format(
                "%s: %,d rows in %.2f s, %,.0f rows/s, CPU client %.2f s, database %.2f s, broker %.2f s",
                contender, rows, seconds, reading.rate(), reading.client, reading.database, reading.broker));
        return reading;
    }

    private double client() throws IOException {
        double sum = 0;
        for (long pid : pids) {
            sum += Cpu.ofProcess(pid);
        }
        return sum;
    }
}
