package io.alluvium.webhook.intake;

import io.alluvium.webhook.table.EventStatus;

/** Breaks two rules, so that their test can be seen to fail. */
public final class PublicForArchitectureTest {

    private PublicForArchitectureTest() {}

    static String status() {
        return EventStatus.PENDING.text();
    }
}
