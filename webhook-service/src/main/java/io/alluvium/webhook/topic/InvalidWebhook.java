package io.alluvium.webhook.topic;

/** A message that is not an event of a webhook; says which field is wrong and how, without quoting the value. */
public final class InvalidWebhook extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidWebhook(String message) {
        super(message, null, false, false);
    }

    InvalidWebhook(String field, String message) {
        this(field + ": " + message);
    }
}
