package io.alluvium.audit.calculation;

import io.alluvium.audit.calculation.Requests.NewSystem;
import io.alluvium.emitter.ChangedBy;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** System calculations. Each method that changes one is a transaction, which holds its changes for the trail, too. */
@ApplicationScoped
@SuppressWarnings("try") // a scope is there to be open, not to be used
class SystemCalculations implements PanacheRepositoryBase<SystemCalculation, Integer> {

    private static final String ADMINISTRATOR = "admin";
    private static final CalculationType TYPE = CalculationType.SYSTEM;

    private final Author author;

    SystemCalculations(Author author) {
        this.author = author;
    }

    SystemCalculation active(int id) {
        return find("id = ?1 and active = true", id).firstResultOptional().orElseThrow(() -> TYPE.missing(id));
    }

    /** Newest first. */
    List<SystemCalculation> page(@Nullable GroupLevel level, int before, int limit) {
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
    SystemCalculation create(NewSystem request) {
        refuseBadSql(request);
        if (count("name = ?1 and groupLevel = ?2 and active = true", request.name(), request.groupLevel()) > 0) {
            throw TYPE.nameTaken(request.name(), request.groupLevel());
        }
        SystemCalculation calculation = new SystemCalculation();
        calculation.name = request.name();
        calculation.description = UserCalculations.emptyToNull(request.description());
        calculation.rawSql = request.rawSql().strip();
        calculation.resultColumnName = request.resultColumnName();
        calculation.groupLevel = request.groupLevel();
        calculation.metadataConfig = request.metadataConfig();
        calculation.createdBy = author.or(ADMINISTRATOR);
        calculation.createdAt = UserCalculations.now();
        calculation.updatedAt = calculation.createdAt;
        try (ChangedBy creator = ChangedBy.user(calculation.createdBy)) {
            Uniqueness.persist(
                    getEntityManager(), calculation, () -> TYPE.nameTaken(calculation.name, calculation.groupLevel));
            try (ChangedBy approver = ChangedBy.user(Author.APPROVES_BY_ITSELF)) {
                calculation.approve(Author.APPROVES_BY_ITSELF, UserCalculations.now());
                getEntityManager().flush();
            }
        }
        return calculation;
    }

    @Transactional
    SystemCalculation approve(int id, String approvedBy) {
        SystemCalculation calculation = locked(id);
        calculation.approve(approvedBy, UserCalculations.now());
        try (ChangedBy by = ChangedBy.user(author.or(ADMINISTRATOR))) {
            getEntityManager().flush();
        }
        return calculation;
    }

    /** @return its name */
    @Transactional
    String delete(int id) {
        SystemCalculation calculation = locked(id);
        calculation.deactivate(UserCalculations.now());
        try (ChangedBy by = ChangedBy.user(author.or(ADMINISTRATOR))) {
            getEntityManager().flush();
        }
        return calculation.name;
    }

    private SystemCalculation locked(int id) {
        return find("id = ?1 and active = true", id)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional()
                .orElseThrow(() -> TYPE.missing(id));
    }

    private static void refuseBadSql(NewSystem request) {
        List<String> faults = SqlRules.faults(request.rawSql(), request.groupLevel(), null);
        if (!faults.isEmpty()) {
            throw Problem.validation(faults.stream()
                    .map(fault -> new FieldError("raw_sql", fault.replaceFirst("^raw_sql ", "")))
                    .toList());
        }
    }
}
