package io.alluvium.sink;

/**
 * A record that can never become a row: it goes to {@code dead_letter} with this reason, and the batch goes on. The
 * message names the field and what is wrong with it; it quotes no value, since reasons are shown to operators.
 */
public final class RejectedRecord extends Exception {

    private static final long serialVersionUID = 1L;

    public RejectedRecord(String reason) {
        // No stack trace: a flood of bad records must not cost more than good ones.
        super(reason, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
