package io.alluvium.webhook.intake;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What proves a signature. Thread-safe. */
sealed interface SignatureKey {

    /** @param parts what is signed, in pieces */
    boolean proves(List<byte[]> parts, Signed.Signature signature);

    /** Bytes of a signature. */
    int length();

    /** A shared secret. Comparing takes as long for a wrong signature as for the right one. */
    final class Hmac implements SignatureKey {

        /** Ready to compute with; cloned, since that is quicker than looking the algorithm up. */
        private final Mac prototype;

        private final String version;

        /** @param version of the signatures that it is for, empty where there is one kind only */
        Hmac(String algorithm, byte[] secret, String version) {
            try {
                this.prototype = Mac.getInstance(algorithm);
                prototype.init(new SecretKeySpec(secret, algorithm));
                this.version = version;
            } catch (NoSuchAlgorithmException | InvalidKeyException wrong) {
                throw new IllegalArgumentException("no HMAC with " + algorithm + " is possible", wrong);
            }
        }

        @Override
        public boolean proves(List<byte[]> parts, Signed.Signature signature) {
            return signature.version().equals(version) && MessageDigest.isEqual(compute(parts), signature.bytes());
        }

        @Override
        public int length() {
            return prototype.getMacLength();
        }

        private byte[] compute(List<byte[]> parts) {
            try {
                Mac mac = (Mac) prototype.clone();
                parts.forEach(mac::update);
                return mac.doFinal();
            } catch (CloneNotSupportedException impossible) {
                throw new IllegalStateException("the HMACs of the JDK can be cloned", impossible);
            }
        }
    }

    /** A public key, which takes a fraction of a millisecond. */
    final class Ed25519 implements SignatureKey {

        private static final int BYTES = 32;

        /** What X.509 puts before the 32 bytes. */
        private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

        private final PublicKey key;
        private final String version;

        Ed25519(byte[] raw, String version) {
            if (raw.length != BYTES) {
                throw new IllegalArgumentException("an ed25519 key has " + BYTES + " bytes, not " + raw.length);
            }
            byte[] encoded = new byte[X509.length + BYTES];
            System.arraycopy(X509, 0, encoded, 0, X509.length);
            System.arraycopy(raw, 0, encoded, X509.length, BYTES);
            try {
                this.key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
                this.version = version;
                Signature.getInstance("Ed25519").initVerify(key); // finds out whether it is a point of the curve
            } catch (GeneralSecurityException wrong) {
                throw new IllegalArgumentException("not an ed25519 key", wrong);
            }
        }

        @Override
        public boolean proves(List<byte[]> parts, Signed.Signature signature) {
            if (!signature.version().equals(version)) {
                return false;
            }
            try {
                Signature check = Signature.getInstance("Ed25519");
                check.initVerify(key);
                for (byte[] part : parts) {
                    check.update(part);
                }
                return check.verify(signature.bytes());
            } catch (SignatureException malformed) {
                return false;
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("every Java from 15 on has Ed25519", impossible);
            }
        }

        @Override
        public int length() {
            return 64;
        }
    }
}
