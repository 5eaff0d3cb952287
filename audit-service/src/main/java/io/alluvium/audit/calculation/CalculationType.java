package io.alluvium.audit.calculation;

import io.alluvium.kit.Problem;

/** Who defined a calculation. */
enum CalculationType {
    USER("user", "User"),
    SYSTEM("system", "System");

    private final String text;
    private final String label;

    CalculationType(String text, String label) {
        this.text = text;
        this.label = label;
    }

    @Override
    public String toString() {
        return text;
    }

    static CalculationType of(String parameter, String text) {
        for (CalculationType type : values()) {
            if (type.text.equals(text)) {
                return type;
            }
        }
        throw Problem.badRequest(parameter + " must be 'user' or 'system'");
    }

    Problem missing(int id) {
        return Problem.notFound(label + " calculation with ID " + id + " not found");
    }

    Problem nameTaken(String name, GroupLevel level) {
        return Problem.conflict(label + " calculation with name '" + name + "' already exists at " + level + " level");
    }

    String deleted(String name) {
        return label + " calculation '" + name + "' deleted successfully";
    }
}
