package io.alluvium.webhook.intake;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What proves a signature. Thread-safe. */
interface SignatureKey {

    /** @param parts what is signed, in pieces */
    boolean proves(List<byte[]> parts, Signed.Signature signature);

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

        byte[] compute(List<byte[]> parts) {
            try {
                Mac mac = (Mac) prototype.clone();
                parts.forEach(mac::update);
                return mac.doFinal();
            } catch (CloneNotSupportedException impossible) {
                throw new IllegalStateException("the HMACs of the JDK can be cloned", impossible);
            }
        }
    }
}
