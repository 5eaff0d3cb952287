package io.alluvium.audit.topic;

import java.util.List;

/** A message that is not a change event, with everything that is wrong with it. */
public final class InvalidChange extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param field   name of the offending field; empty when the message as a whole is at fault
     * @param message what is wrong and what would be right, without quoting the value
     */
    public record Fault(String field, String message) {
        @Override
        public String toString() {
            return field.isEmpty() ? message : field + ": " + message;
        }
    }

    private final transient List<Fault> faults;
    private final boolean tooMany;

    InvalidChange(List<Fault> faults) {
        this(faults, false);
    }

    private InvalidChange(List<Fault> faults, boolean tooMany) {
        super(String.join("; ", faults.stream().map(Fault::toString).toList()), null, false, false);
        this.faults = List.copyOf(faults);
        this.tooMany = tooMany;
    }

    /** Of a message that holds more events than one message may. */
    public static InvalidChange tooMany(int max) {
        String message = "holds more than " + max + " events: send them in several requests";
        return new InvalidChange(List.of(new Fault("", message)), true);
    }

    /** Whether the number of events is what is wrong, rather than one of them. */
    public boolean isTooMany() {
        return tooMany;
    }

    public List<Fault> faults() {
        return faults;
    }
}
