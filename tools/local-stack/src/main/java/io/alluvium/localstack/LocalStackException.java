package io.alluvium.localstack;

/** The stack cannot do what was asked. The message is one sentence for the person at the keyboard: what and what to do. */
public final class LocalStackException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LocalStackException(String message) {
        super(message);
    }

    LocalStackException(String message, Throwable cause) {
        super(message, cause);
    }
}
