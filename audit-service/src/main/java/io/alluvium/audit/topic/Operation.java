package io.alluvium.audit.topic;

import io.alluvium.sink.Utf8;

/** What happened to the entity. */
public enum Operation {
    INSERT,
    UPDATE,
    DELETE;

    private final Utf8 text = Utf8.of(name());

    public Utf8 text() {
        return text;
    }
}
