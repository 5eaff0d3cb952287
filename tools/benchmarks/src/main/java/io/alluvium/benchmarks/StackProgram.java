package io.alluvium.benchmarks;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import java.io.IOException;
import java.nio.file.Path;

/** Runs the local stack until its standard input ends. */
final class StackProgram {

    private StackProgram() {}

    public static void main(String[] arguments) throws IOException {
        try (LocalStack stack = LocalStack.start(Path.of(arguments[0]), 0, 0)) {
            stack.postgres().createSchemaWithRole("audit");
            System.out.println(String.join(
                    " ",
                    stack.kafka().bootstrapServers(),
                    stack.postgres().jdbcUrl(LocalPostgres.DATABASE, "audit"),
                    stack.postgres().jdbcUrl(LocalPostgres.DATABASE, LocalPostgres.SUPERUSER)));
            while (System.in.read() >= 0) {
                // until whoever started us is gone
            }
        }
    }
}
