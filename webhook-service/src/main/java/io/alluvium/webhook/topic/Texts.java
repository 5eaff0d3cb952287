package io.alluvium.webhook.topic;

import org.jspecify.annotations.Nullable;

/** What every text of an event must be, so that the database takes it. */
public final class Texts {

    static final String NOT_STORABLE = "holds U+0000 or half of a surrogate pair, which cannot be stored";

    static final String FIELD_NAME = "must hold strings of 1 to " + WebhookEvent.MAX_FIELD_NAME + " characters";

    private Texts() {}

    /** @return whether the text has neither U+0000 nor half of a surrogate pair */
    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c) && (++i == text.length() || !Character.isLowSurrogate(text.charAt(i)))) {
                return false;
            }
        }
        return true;
    }

    /** @return what is wrong with it as one of {@code modified_fields}; null when nothing is */
    public static @Nullable String faultOfFieldName(String name) {
        if (name.isEmpty() || name.length() > WebhookEvent.MAX_FIELD_NAME) {
            return FIELD_NAME;
        }
        return isStorable(name) ? null : NOT_STORABLE;
    }
}
