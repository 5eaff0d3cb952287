package io.alluvium.audit.calculation;

import io.alluvium.audit.calculation.Requests.NewUser;
import io.alluvium.audit.calculation.Requests.UpdateUser;
import io.alluvium.emitter.ChangedBy;
import io.alluvium.kit.Problem;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/** User calculations. Each method that changes one is a transaction, which holds its changes for the trail, too. */
@ApplicationScoped
@SuppressWarnings("try") // a scope is there to be open, not to be used
class UserCalculations implements PanacheRepositoryBase<UserCalculation, Integer> {

    private static final String SOMEBODY = "api_user";
    private static final CalculationType TYPE = CalculationType.USER;

    private final Author author;

    UserCalculations(Author author) {
        this.author = author;
    }

    UserCalculation active(int id) {
        return find("id = ?1 and active = true", id).firstResultOptional().orElseThrow(() -> TYPE.missing(id));
    }

    /** Newest first. */
    List<UserCalculation> page(@Nullable GroupLevel level, int before, int limit) {
        return (level == null
                        ? find("active = true and id < ?1 order by id desc", before)
                        : find("active = true and id < ?1 and groupLevel = ?2 order by id desc", before, level))
                .page(0, limit)
                .list();
    }

    long count(@Nullable GroupLevel level) {
        return level == null ? count("active = true") : count("active = true and groupLevel = ?1", level);
    }

    /** Creates it and approves it at once: two changes, the second by the system. */
    @Transactional
    UserCalculation create(NewUser request) {
        refuseWithoutWeight(request.aggregationFunction(), request.weightField());
        refuseTaken(request.name(), request.groupLevel(), 0);
        UserCalculation calculation = new UserCalculation();
        calculation.name = request.name();
        calculation.description = emptyToNull(request.description());
        calculation.aggregationFunction = request.aggregationFunction();
        calculation.sourceModel = request.sourceModel();
        calculation.sourceField = request.sourceField();
        calculation.weightField = emptyToNull(request.weightField());
        calculation.groupLevel = request.groupLevel();
        calculation.advancedConfig = request.advancedConfig();
        calculation.createdBy = author.or(SOMEBODY);
        calculation.createdAt = now();
        calculation.updatedAt = calculation.createdAt;
        try (ChangedBy creator = ChangedBy.user(calculation.createdBy)) {
            store(calculation);
            try (ChangedBy approver = ChangedBy.user(Author.APPROVES_BY_ITSELF)) {
                calculation.approve(Author.APPROVES_BY_ITSELF, now());
                getEntityManager().flush();
            }
        }
        return calculation;
    }

    @Transactional
    UserCalculation update(int id, UpdateUser request) {
        UserCalculation calculation = locked(id);
        calculation.name = request.name() == null ? calculation.name : request.name();
        calculation.groupLevel = request.groupLevel() == null ? calculation.groupLevel : request.groupLevel();
        calculation.aggregationFunction =
                request.aggregationFunction() == null ? calculation.aggregationFunction : request.aggregationFunction();
        calculation.sourceModel = request.sourceModel() == null ? calculation.sourceModel : request.sourceModel();
        calculation.sourceField = request.sourceField() == null ? calculation.sourceField : request.sourceField();
        if (request.description() != null) {
            calculation.description = emptyToNull(request.description());
        }
        if (request.weightField() != null) {
            calculation.weightField = emptyToNull(request.weightField());
        }
        if (request.advancedConfig() != null) {
            calculation.advancedConfig = request.advancedConfig();
        }
        refuseWithoutWeight(calculation.aggregationFunction, calculation.weightField);
        if (!getEntityManager().unwrap(Session.class).isDirty()) {
            return calculation; // nothing differs: nothing to write, and nothing for the trail
        }
        refuseTaken(calculation.name, calculation.groupLevel, id);
        calculation.updatedAt = now();
        try (ChangedBy by = ChangedBy.user(author.or(SOMEBODY))) {
            flush(calculation);
        }
        return calculation;
    }

    @Transactional
    UserCalculation approve(int id, String approvedBy) {
        UserCalculation calculation = locked(id);
        calculation.approve(approvedBy, now());
        try (ChangedBy by = ChangedBy.user(author.or(SOMEBODY))) {
            flush(calculation);
        }
        return calculation;
    }

    /** @return its name */
    @Transactional
    String delete(int id) {
        UserCalculation calculation = locked(id);
        calculation.deactivate(now());
        try (ChangedBy by = ChangedBy.user(author.or(SOMEBODY))) {
            flush(calculation);
        }
        return calculation.name;
    }

    // Whoever changes a row has it alone, so that the image before is what the change really replaced.
    private UserCalculation locked(int id) {
        return find("id = ?1 and active = true", id)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional()
                .orElseThrow(() -> TYPE.missing(id));
    }

    // Asked with the flush held back: it is this very row that must not be written before the answer is known.
    private void refuseTaken(String name, GroupLevel level, int own) {
        long taken = getEntityManager()
                .createQuery(
                        """
                        SELECT count(*) FROM UserCalculation
                        WHERE name = :name AND groupLevel = :level AND active = true AND id <> :own
                        """,
                        Long.class)
                .setFlushMode(jakarta.persistence.FlushModeType.COMMIT)
                .setParameter("name", name)
                .setParameter("level", level)
                .setParameter("own", own)
                .getSingleResult();
        if (taken > 0) {
            throw TYPE.nameTaken(name, level);
        }
    }

    private void store(UserCalculation calculation) {
        Uniqueness.persist(
                getEntityManager(), calculation, () -> TYPE.nameTaken(calculation.name, calculation.groupLevel));
    }

    private void flush(UserCalculation calculation) {
        Uniqueness.flush(getEntityManager(), () -> TYPE.nameTaken(calculation.name, calculation.groupLevel));
    }

    private static void refuseWithoutWeight(AggregationFunction function, @Nullable String weightField) {
        if (function == AggregationFunction.WEIGHTED_AVG && (weightField == null || weightField.isBlank())) {
            throw Problem.badRequest("Weighted average calculations require a weight_field");
        }
    }

    static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /** As the databases keep it, so that an image of what was set is an image of what is read. */
    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }
}
