package io.alluvium.audit.calculation;

import io.alluvium.kit.Problem;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.util.function.Supplier;
import org.hibernate.exception.ConstraintViolationException;

/** Says of a row that lost a race for its name what a look beforehand would have said. */
final class Uniqueness {

    private Uniqueness() {}

    static void persist(EntityManager entities, Object entity, Supplier<Problem> taken) {
        try {
            entities.persist(entity);
            entities.flush();
        } catch (PersistenceException refused) {
            throw isOfUniqueness(refused) ? taken.get() : refused;
        }
    }

    static void flush(EntityManager entities, Supplier<Problem> taken) {
        try {
            entities.flush();
        } catch (PersistenceException refused) {
            throw isOfUniqueness(refused) ? taken.get() : refused;
        }
    }

    private static boolean isOfUniqueness(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConstraintViolationException violated) {
                return violated.getKind() == ConstraintViolationException.ConstraintKind.UNIQUE;
            }
        }
        return false;
    }
}
