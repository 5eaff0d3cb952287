package io.alluvium.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/** The sources of webhooks on this machine, {@code zoho} and {@code github}, and the secret that both sign with. */
final class LocalWebhooks {

    private static final int SECRET_BYTES = 32;

    private LocalWebhooks() {}

    static Path secretFile(RunDirectory directory) {
        return directory.root().resolve("webhook.secret");
    }

    /** Made once for a directory and kept: no two machines have the same. */
    static String secret(RunDirectory directory) {
        Path file = secretFile(directory);
        try {
            return Files.readString(file);
        } catch (NoSuchFileException first) {
            return make(file);
        } catch (IOException failure) {
            throw new LocalStackException("cannot read " + file + ": " + failure, failure);
        }
    }

    private static String make(Path file) {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        try {
            Files.writeString(file, secret);
            return secret;
        } catch (IOException failure) {
            throw new LocalStackException("cannot write " + file + ": " + failure, failure);
        }
    }

    static Map<String, String> settings(RunDirectory directory) {
        secret(directory);
        String reference = "file:" + secretFile(directory);
        return Map.of(
                "webhook.intake.spool.directory",
                directory.spool().toString(),
                "webhook.intake.sources.zoho.verifier",
                "zoho",
                "webhook.intake.sources.zoho.secrets",
                reference,
                "webhook.intake.sources.github.verifier",
                "github",
                "webhook.intake.sources.github.secrets",
                reference);
    }
}
