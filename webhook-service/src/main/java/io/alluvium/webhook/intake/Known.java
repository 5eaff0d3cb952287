package io.alluvium.webhook.intake;

/** Whether a delivery was accepted before. */
sealed interface Known {

    /** As far as anybody knows it was not: it is to be made durable. */
    record No() implements Known {}

    /**
     * It needs nothing more.
     *
     * @param eventId that it was accepted under
     */
    record Duplicate(String eventId) implements Known {}

    /** Another delivery has its id: it is to be made durable under one of its own. */
    record Conflict() implements Known {}

    Known NO = new No();
    Known CONFLICT = new Conflict();
}
