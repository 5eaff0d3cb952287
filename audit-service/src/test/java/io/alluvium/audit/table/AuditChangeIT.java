package io.alluvium.audit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.StoredChanges;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
class AuditChangeIT {

    @Inject
    EntityManagerFactory factory;

    @Inject
    EntityManager entityManager;

    @Inject
    StoredChanges stored;

    @Test
    void whatIsMappedFitsTheMigratedSchema() {
        assertThatCode(() -> factory.getSchemaManager().validate()).doesNotThrowAnyException();
    }

    @Test
    @Transactional
    void imagesAreReadByteForByte() throws Exception {
        String image = "{ \"b\":1.10,  \"a\":12345678901234567890.5 }";
        UUID id = stored.change("mapped", "1")
                .at("2026-11-20T10:00:00.123456Z")
                .insert(image)
                .store();

        AuditChange change = entityManager
                .createQuery("FROM AuditChange WHERE eventId = :id", AuditChange.class)
                .setParameter("id", id)
                .getSingleResult();

        assertThat(change.newValues()).isEqualTo(image);
        assertThat(change.oldValues()).isNull();
        assertThat(change.changedAt()).isEqualTo(Instant.parse("2026-11-20T10:00:00.123456Z"));
        assertThat(change.entityId()).isEqualTo("1");
        assertThat(change.operation()).isEqualTo("INSERT");
    }
}
