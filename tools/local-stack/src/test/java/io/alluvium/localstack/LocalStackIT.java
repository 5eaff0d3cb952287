package io.alluvium.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalStackIT {

    @TempDir
    Path directory;

    @Test
    void sharedStackIsTheSameForEveryCaller() {
        LocalStack stack = LocalStack.shared();

        assertThat(LocalStack.shared()).isSameAs(stack);
        assertThat(Ports.isFree(stack.kafka().port())).isFalse();
        assertThat(Ports.isFree(stack.postgres().port())).isFalse();
    }

    @Test
    void ifOnePartDoesNotStartTheOtherIsStoppedAgain() throws Exception {
        int kafkaPort = Ports.choose(0);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> LocalStack.start(directory, kafkaPort, taken.getLocalPort()))
                    .isInstanceOf(LocalStackException.class)
                    .hasMessageContaining("PostgreSQL needs it");
        }
        assertThat(Ports.isFree(kafkaPort)).isTrue();
    }
}
