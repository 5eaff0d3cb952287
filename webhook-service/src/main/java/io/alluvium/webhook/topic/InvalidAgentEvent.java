package io.alluvium.webhook.topic;

import java.util.List;

/** A message that is no agent event; its message names every field that is at fault and quotes no value. */
public final class InvalidAgentEvent extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidAgentEvent(List<String> faults) {
        super(String.join("; ", faults), null, false, false);
    }
}
