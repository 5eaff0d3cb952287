package io.alluvium.audit.intake;

import io.alluvium.audit.table.ChangeRow;

/** Breaks two rules, so that their test can be seen to fail. */
public final class PublicForArchitectureTest {

    private PublicForArchitectureTest() {}

    static String table() {
        return ChangeRow.TABLE.name();
    }
}
