package io.alluvium.audit.calculation;

import io.alluvium.kit.Problem;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/** Which reports show which calculation. */
@ApplicationScoped
class ReportUsages implements PanacheRepositoryBase<ReportUsage, Integer> {

    private static final String OF_CALCULATION = "calculationType = ?1 and calculationId = ?2";

    /** By report, those behind {@code after}, at most {@code limit} of them. */
    List<ReportUsage> of(CalculationType type, int calculation, String after, int limit) {
        return find(OF_CALCULATION + " and reportId > ?3 order by reportId", type.toString(), calculation, after)
                .page(0, limit)
                .list();
    }

    long count(CalculationType type, int calculation) {
        return count(OF_CALCULATION, type.toString(), calculation);
    }

    /** Said twice, it holds once, under the later name. */
    @Transactional
    void put(CalculationType type, int calculation, String reportId, String reportName) {
        ReportUsage usage = find(OF_CALCULATION + " and reportId = ?3", type.toString(), calculation, reportId)
                .firstResult();
        if (usage != null) {
            usage.reportName = reportName;
            return;
        }
        ReportUsage first = new ReportUsage();
        first.calculationType = type.toString();
        first.calculationId = calculation;
        first.reportId = reportId;
        first.reportName = reportName;
        first.usedSince = UserCalculations.now();
        Uniqueness.persist(
                getEntityManager(),
                first,
                () -> Problem.conflict("report '" + reportId + "' is being put by another request: repeat this one"));
    }

    /** @return whether it was there */
    @Transactional
    boolean remove(CalculationType type, int calculation, String reportId) {
        return delete(OF_CALCULATION + " and reportId = ?3", type.toString(), calculation, reportId) > 0;
    }
}
