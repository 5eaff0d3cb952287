package io.alluvium.audit.topic;

import io.alluvium.audit.topic.InvalidChange.Fault;
import java.util.List;

/** A message that is no row of an engine's log, with everything that is wrong with it. */
public final class InvalidEngineLog extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean tooMany;

    InvalidEngineLog(List<Fault> faults) {
        super(String.join("; ", faults.stream().map(Fault::toString).toList()), null, false, false);
        this.tooMany = false;
    }

    private InvalidEngineLog(int max) {
        super("holds more than " + max + " rows: send them in several requests", null, false, false);
        this.tooMany = true;
    }

    static InvalidEngineLog tooMany(int max) {
        return new InvalidEngineLog(max);
    }

    /** Whether the number of rows is what is wrong, rather than one of them. */
    public boolean isTooMany() {
        return tooMany;
    }
}
