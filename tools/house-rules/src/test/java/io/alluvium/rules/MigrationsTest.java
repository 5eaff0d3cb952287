package io.alluvium.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is built for both databases has the same migrations for both. */
class MigrationsTest {

    private static final List<String> FOR_BOTH = List.of("libs/batch-sink", "audit-service");

    private static List<String> unpaired(Tree tree) {
        List<String> unpaired = new ArrayList<>();
        for (String module : FOR_BOTH) {
            Set<String> postgresql = names(tree, module, "postgresql");
            Set<String> sqlserver = names(tree, module, "sqlserver");
            Set<String> all = new TreeSet<>(postgresql);
            all.addAll(sqlserver);
            all.removeIf(name -> postgresql.contains(name) && sqlserver.contains(name));
            all.forEach(name -> unpaired.add(module + ": " + name));
        }
        return unpaired;
    }

    private static Set<String> names(Tree tree, String module, String database) {
        return tree.paths(module + "/src/main/resources/db/migration/" + database + "/.*\\.sql").stream()
                .map(Tree::name)
                .collect(Collectors.toSet());
    }

    @Test
    void everyMigrationIsThereForBothDatabases() {
        assertThat(FOR_BOTH).allSatisfy(module -> assertThat(names(Tree.ours(), module, "sqlserver"))
                .isNotEmpty());
        assertThat(unpaired(Tree.ours())).isEmpty();
    }

    @Test
    void aMigrationForOneDatabaseOnlyIsFound() {
        String folder = "audit-service/src/main/resources/db/migration/";
        Tree tree = Tree.of(
                folder + "postgresql/V1__a.sql",
                "",
                folder + "sqlserver/V1__a.sql",
                "",
                folder + "postgresql/V2__b.sql",
                "",
                folder + "sqlserver/V2__c.sql",
                "");

        assertThat(unpaired(tree)).containsExactly("audit-service: V2__b.sql", "audit-service: V2__c.sql");
    }
}
