package io.alluvium.webhook.token;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** An access or refresh token in clear. Prints as dots; only answers that are meant to hold one write it out. */
record ClearToken(String text) {

    static final int MAX_LENGTH = 16_384;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    ClearToken {}

    @JsonValue
    @Override
    public String text() {
        return text;
    }

    /** By RFC 6749 a token is of visible ASCII characters and spaces. */
    boolean isSound() {
        return !text.isEmpty()
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(character -> character >= 0x20 && character <= 0x7e);
    }

    @Override
    public String toString() {
        return "\u2026";
    }
}
