package io.alluvium.audit.topic;

import java.util.regex.Pattern;

/** The text form of event ids. */
final class EventIds {

    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private EventIds() {}

    static boolean isUuid(String text) {
        return UUID_TEXT.matcher(text).matches();
    }
}
