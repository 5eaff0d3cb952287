package io.alluvium.audit.query;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import org.jspecify.annotations.Nullable;

/** How many days a report looks back, by the parameter {@code days_back}. */
final class CalculationPeriod {

    static final int USUAL = 30;
    static final int MOST = 365;

    private CalculationPeriod() {}

    /** @throws Problem 422 naming {@code days_back} */
    static int of(@Nullable Integer asked, int least) {
        if (asked == null) {
            return USUAL;
        }
        if (asked < least || asked > MOST) {
            throw Problem.validation(new FieldError("days_back", "must be from " + least + " to " + MOST));
        }
        return asked;
    }
}
