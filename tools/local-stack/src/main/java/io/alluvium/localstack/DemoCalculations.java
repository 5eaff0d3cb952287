package io.alluvium.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** Somebody who works with the calculations resource and never thinks of the trail: the service captures what they do. */
final class DemoCalculations {

    private static final int CALCULATIONS = 5;
    private static final String RESOURCE = "/api/calculations/user";

    /** Each is created and approved, then described: INSERT and two UPDATEs. One is removed, which is an UPDATE, too. */
    static final int CHANGES = CALCULATIONS * 3 + 1;

    private final Api audit;
    private final String runId = Long.toString(Instant.now().getEpochSecond(), 36);
    private int first;

    DemoCalculations(Api audit) {
        this.audit = audit;
    }

    void work() {
        for (int i = 0; i < CALCULATIONS; i++) {
            int id = create("Balance " + runId + "-" + i);
            first = i == 0 ? id : first;
            ObjectNode described = Api.JSON.createObjectNode().put("description", "Sum of all balances of a deal");
            audit.send("PUT", RESOURCE + "/" + id, "application/json", described.toString(), 200);
        }
        audit.send("DELETE", RESOURCE + "/" + first, "application/json", "", 200);
    }

    /** The trail of the one that was removed. */
    String timelinePath() {
        return "/api/calculations/audit/calculation/user/" + first + "/timeline";
    }

    private int create(String name) {
        ObjectNode calculation = Api.JSON.createObjectNode();
        calculation.put("name", name).put("aggregation_function", "SUM").put("source_model", "TrancheBal");
        calculation.put("source_field", "tr_end_bal_amt").put("group_level", "deal");
        JsonNode created = audit.send("POST", RESOURCE, "application/json", calculation.toString(), 201);
        return created.path("id").asInt();
    }
}
