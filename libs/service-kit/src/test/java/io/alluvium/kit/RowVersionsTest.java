package io.alluvium.kit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowVersionsTest {

    @Test
    void withoutRowVersionsTheLineNamesTheStatementToRun() {
        assertThat(RowVersions.advice("au]dit", false))
                .contains("READ_COMMITTED_SNAPSHOT is off")
                .endsWith("ALTER DATABASE [au]]dit] SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE");
        assertThat(RowVersions.advice("audit", true)).isNull();
    }
}
