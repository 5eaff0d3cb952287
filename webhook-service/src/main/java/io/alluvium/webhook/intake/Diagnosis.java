package io.alluvium.webhook.intake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Guesses why a signature is not proven, by proving it for what may have been signed instead. */
final class Diagnosis {

    private static final byte[] LINE_BREAK = {'\n'};

    private Diagnosis() {}

    /** @return the end of a sentence; empty when there is no guess */
    static String of(Signed signed, Delivery delivery, List<SignatureKey> keys) {
        for (Map.Entry<String, List<byte[]>> other : others(signed, delivery).entrySet()) {
            if (isProven(other.getValue(), signed, keys)) {
                return ", but one would prove it for " + other.getKey();
            }
        }
        int length = signed.signatures().get(0).bytes().length;
        return keys.stream().anyMatch(key -> key.length() == length)
                ? "; another secret, or a body that was changed on its way"
                : "; it has " + length + " bytes where " + keys.get(0).length() + " are expected";
    }

    private static Map<String, List<byte[]>> others(Signed signed, Delivery delivery) {
        byte[] body = delivery.body();
        Map<String, List<byte[]>> others = new LinkedHashMap<>();
        int end = body.length;
        while (end > 0 && (body[end - 1] == '\n' || body[end - 1] == '\r')) {
            end--;
        }
        others.put("the body without its last line break", with(signed, body, Arrays.copyOf(body, end)));
        others.put("the body with a line break at its end", with(signed, body, joined(body, LINE_BREAK)));
        others.put("the body with other line breaks", with(signed, body, withoutReturns(body)));
        if (signed.parts().size() > 1) {
            others.put("the body alone, without its time or id", List.of(body));
        }
        return others;
    }

    private static List<byte[]> with(Signed signed, byte[] body, byte[] instead) {
        List<byte[]> parts = new ArrayList<>(signed.parts());
        parts.replaceAll(part -> part == body ? instead : part);
        return parts;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] withoutReturns(byte[] body) {
        byte[] rest = new byte[body.length];
        int length = 0;
        for (byte one : body) {
            if (one != '\r') {
                rest[length++] = one;
            }
        }
        return Arrays.copyOf(rest, length);
    }

    private static boolean isProven(List<byte[]> parts, Signed signed, List<SignatureKey> keys) {
        return keys.stream()
                .anyMatch(key -> signed.signatures().stream().anyMatch(signature -> key.proves(parts, signature)));
    }
}
