package io.alluvium.webhook.intake;

import io.alluvium.kit.Problem;
import io.alluvium.webhook.topic.WebhookEvent;
import java.util.regex.Pattern;

/** Ids that sources give their deliveries, as events have them. */
final class OwnId {

    /** Leaves room for what is put behind: {@code #}, {@code ~12345678} and {@code #10000}. */
    static final int MAX = WebhookEvent.MAX_EVENT_ID - 20;

    /** As if it were the id of one of several records. */
    private static final Pattern NUMBERED = Pattern.compile("#[0-9]*$");

    private OwnId() {}

    /**
     * @return the id, with a {@code #} more where it would end like that of a numbered record: no two ids become one
     * @throws Problem 400 when it cannot be stored
     */
    static String sound(String id) {
        JsonBody.bounded("event id", id, MAX);
        return NUMBERED.matcher(id).find() ? id + "#" : id;
    }
}
