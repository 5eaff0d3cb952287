package io.alluvium.audit.calculation;

import io.alluvium.kit.Cursor;
import io.alluvium.kit.PageLimit;
import io.alluvium.kit.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which reports show a calculation. The services that own the reports tell; nobody else could know. */
@Singleton
final class CalculationUsage {

    private static final PageLimit LIMIT = new PageLimit(100, 1000);
    private static final int MAX_REPORT_ID = 100;

    /**
     * @param reportCount counts all
     * @param reports     one page of them, by their id
     * @param nextCursor  null when this page ends the list
     */
    record Usage(
            int calculationId,
            String calculationType,
            String calculationName,
            boolean isInUse,
            long reportCount,
            List<ReportUsage> reports,
            @Nullable String nextCursor) {}

    private final UserCalculations users;
    private final SystemCalculations systems;
    private final ReportUsages usages;

    CalculationUsage(UserCalculations users, SystemCalculations systems, ReportUsages usages) {
        this.users = users;
        this.systems = systems;
        this.usages = usages;
    }

    /** @throws Problem 404 when there is no such active calculation */
    Usage of(CalculationType type, int id, @Nullable Integer limit, @Nullable String cursor) {
        int most = LIMIT.of(limit);
        Cursor after = Cursor.read(cursor, String.class);
        String name = nameOf(type, id);
        long count = usages.count(type, id);
        List<ReportUsage> reports = usages.of(type, id, after == null ? "" : after.text(0), most + 1);
        boolean more = reports.size() > most;
        List<ReportUsage> page = more ? reports.subList(0, most) : reports;
        String next = more ? Cursor.after(page.get(most - 1).reportId) : null;
        return new Usage(id, type.toString(), name, count > 0, count, page, next);
    }

    Usage put(CalculationType type, int id, String reportId, String reportName) {
        requireReport(reportId);
        nameOf(type, id);
        usages.put(type, id, reportId, reportName);
        return of(type, id, null, null);
    }

    Usage remove(CalculationType type, int id, String reportId) {
        requireReport(reportId);
        nameOf(type, id);
        if (!usages.remove(type, id, reportId)) {
            throw Problem.notFound("report '" + reportId + "' does not show this calculation");
        }
        return of(type, id, null, null);
    }

    private String nameOf(CalculationType type, int id) {
        return type == CalculationType.USER ? users.active(id).name : systems.active(id).name;
    }

    private static void requireReport(String reportId) {
        if (reportId.length() > MAX_REPORT_ID || !reportId.matches(Requests.STORABLE)) {
            throw Problem.badRequest(
                    "report_id", "must have at most " + MAX_REPORT_ID + " characters and " + Requests.NOT_STORABLE);
        }
    }
}
