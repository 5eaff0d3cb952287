package io.alluvium.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** The keys of a token issuer, made for one run. In files: the service under test is loaded apart from its tests. */
public final class TestKeys {

    public static final String ISSUER = "https://issuer.example.org";

    private static final Path DIRECTORY = Path.of("target", "test-keys");
    private static final Path PUBLIC = DIRECTORY.resolve("public.pem");
    private static final Path PRIVATE = DIRECTORY.resolve("private.der");

    private TestKeys() {}

    /** Makes new keys. */
    static Path publicKey() {
        try {
            KeyPair pair = generate();
            Files.createDirectories(DIRECTORY);
            Files.write(PRIVATE, pair.getPrivate().getEncoded());
            Files.writeString(
                    PUBLIC,
                    "-----BEGIN PUBLIC KEY-----\n"
                            + Base64.getMimeEncoder()
                                    .encodeToString(pair.getPublic().getEncoded())
                            + "\n-----END PUBLIC KEY-----\n");
            return PUBLIC.toAbsolutePath();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public static PrivateKey privateKey() throws IOException, InvalidKeySpecException, NoSuchAlgorithmException {
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(PRIVATE)));
    }

    public static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has RSA", impossible);
        }
    }
}
