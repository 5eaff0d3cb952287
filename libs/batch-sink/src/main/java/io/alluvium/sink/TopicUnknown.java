package io.alluvium.sink;

/** The broker did not say which topic bears the name: it is away, or there is no such topic. */
public final class TopicUnknown extends Exception {

    private static final long serialVersionUID = 1L;

    TopicUnknown(String topic, Exception cause) {
        super("Kafka does not tell which topic " + topic + " is: " + reason(cause), cause);
    }

    private static String reason(Exception cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
