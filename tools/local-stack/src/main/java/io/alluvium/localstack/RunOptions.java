package io.alluvium.localstack;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code ./run} was asked to do; {@code usage.txt} says it to the user. */
@Command(name = "./run")
final class RunOptions {

    private static final int LOWEST_BASE = 1024;
    private static final int HIGHEST_BASE = 65_500;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--demo")
    boolean demo;

    @Option(names = "--once")
    boolean once;

    @Option(names = "--fresh")
    boolean fresh;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true)
    boolean help;

    int portBase = 8080;

    @Option(names = "--port-base", paramLabel = "N", defaultValue = "8080")
    void portBase(int base) {
        if (base < LOWEST_BASE || base > HIGHEST_BASE) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--port-base takes a number from " + LOWEST_BASE + " to " + HIGHEST_BASE + ", got " + base);
        }
        portBase = base;
    }

    /** @throws ParameterException for what each option allows by itself but not together */
    void requireSense() {
        if (once && !demo) {
            throw new ParameterException(spec.commandLine(), "--once goes with --demo: it stops when the demo is over");
        }
    }

    int kafkaPort() {
        return portBase + 5;
    }

    int postgresPort() {
        return portBase + 6;
    }

    int receiverPort() {
        return portBase + 7;
    }
}
