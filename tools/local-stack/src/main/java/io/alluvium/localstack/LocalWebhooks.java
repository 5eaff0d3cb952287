package io.alluvium.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Webhooks on this machine: the sources {@code zoho} and {@code github}, where they go, and what is signed with. */
final class LocalWebhooks {

    private static final int SECRET_BYTES = 32;

    private LocalWebhooks() {}

    static Path secretFile(RunDirectory directory) {
        return directory.root().resolve("webhook.secret");
    }

    private static Path deliverySecretFile(RunDirectory directory) {
        return directory.root().resolve("delivery.secret");
    }

    /** What sources sign with. Made once for a directory and kept: no two machines have the same. */
    static String secret(RunDirectory directory) {
        return secret(secretFile(directory), random -> HexFormat.of().formatHex(random));
    }

    /** What deliveries are signed with, as Standard Webhooks writes secrets. */
    static String deliverySecret(RunDirectory directory) {
        return secret(
                deliverySecretFile(directory),
                random -> "whsec_" + Base64.getEncoder().encodeToString(random));
    }

    private static String secret(Path file, Function<byte[], String> text) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException first) {
            return make(file, text);
        } catch (IOException failure) {
            throw new LocalStackException("cannot read " + file + ": " + failure, failure);
        }
    }

    private static String make(Path file, Function<byte[], String> text) {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = text.apply(random);
        try {
            Files.writeString(file, secret);
            return secret;
        } catch (IOException failure) {
            throw new LocalStackException("cannot write " + file + ": " + failure, failure);
        }
    }

    static Map<String, String> settings(RunDirectory directory, RunOptions options) {
        secret(directory);
        deliverySecret(directory);
        String source = "webhook.intake.sources.";
        String route = "webhook.delivery.routes.";
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("webhook.intake.spool.directory", directory.spool().toString());
        for (String name : List.of("zoho", "github")) {
            settings.put(source + name + ".verifier", name);
            settings.put(source + name + ".secrets", "file:" + secretFile(directory));
        }
        settings.put(route + "accounts.kind", "account-sync");
        settings.put(route + "accounts.sources", "zoho");
        settings.put(route + "receiver.kind", "http");
        settings.put(route + "receiver.sources", "zoho,github");
        settings.put(route + "receiver.url", "http://" + Ports.HOST + ":" + options.receiverPort() + "/");
        settings.put(route + "receiver.secrets", "file:" + deliverySecretFile(directory));
        settings.put(route + "receiver.allow-private-addresses", "true");
        return settings;
    }
}
