package io.alluvium.webhook.intake;

/** What the sender of a genuine delivery is told. */
record Receipt(String status, String eventId, String message, boolean queued) {

    static Receipt accepted(String eventId) {
        return new Receipt("accepted", eventId, "Event queued for processing", true);
    }

    static Receipt duplicate(String eventId) {
        return new Receipt("duplicate", eventId, "Event already processed", false);
    }
}
