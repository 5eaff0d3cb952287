package io.alluvium.audit.query;

import io.alluvium.kit.Problem;
import java.util.Arrays;
import java.util.List;

/** The two kinds of calculations, by the name of the API and by the entity type of the trail. */
enum CalculationType {
    USER("user", "user_calculations", "User Calculations"),
    SYSTEM("system", "system_calculations", "System Calculations");

    static final List<String> ENTITY_TYPES =
            Arrays.stream(values()).map(CalculationType::entityType).toList();

    private final String word;
    private final String entityType;
    private final String title;

    CalculationType(String word, String entityType, String title) {
        this.word = word;
        this.entityType = entityType;
        this.title = title;
    }

    /** @throws Problem 400 for any other word than {@code user} and {@code system} */
    static CalculationType of(String word) {
        for (CalculationType type : values()) {
            if (type.word.equals(word)) {
                return type;
            }
        }
        throw Problem.badRequest("calculation_type must be 'user' or 'system'");
    }

    static CalculationType ofEntityType(String entityType) {
        return USER.entityType.equals(entityType) ? USER : SYSTEM;
    }

    String word() {
        return word;
    }

    String entityType() {
        return entityType;
    }

    String title() {
        return title;
    }
}
