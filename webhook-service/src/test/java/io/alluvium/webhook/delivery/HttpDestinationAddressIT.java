package io.alluvium.webhook.delivery;

import static io.alluvium.webhook.delivery.HttpDestinations.assertFailed;
import static io.alluvium.webhook.delivery.HttpDestinations.deliver;
import static io.alluvium.webhook.delivery.HttpDestinations.destination;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.webhook.delivery.HttpDestination.Resolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a connection goes, and where it must not. */
class HttpDestinationAddressIT {

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "localhost", "2130706433", "0x7f000001", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"})
    void thisMachineIsNotReachedUnlessAllowed(String host) throws Exception {
        try (Receiver receiver = Receiver.answering("200 OK")) {
            String url = "http://" + host + ":" + receiver.port() + "/";
            if (URI.create(url).getHost() == null) {
                assertThatThrownBy(() -> destination(url, false, InetAddress::getAllByName))
                        .hasMessageContaining("with a host");
                return;
            }
            try (HttpDestination destination = destination(url, false, InetAddress::getAllByName)) {
                assertThat(deliver(destination)).isInstanceOf(Answer.Failed.class);
            }
            assertThat(receiver.connections()).isZero();
        }
    }

    @Test
    void aNameThatLeadsInsideIsNotFollowed() throws Exception {
        try (Receiver receiver = Receiver.answering("200 OK")) {
            Resolver inside = host -> new InetAddress[] {InetAddress.getByName("127.0.0.1")};
            try (HttpDestination destination =
                    destination("http://hooks.example:" + receiver.port() + "/", false, inside)) {
                assertFailed(deliver(destination), "address 127.0.0.1 of hooks.example is not public");
            }
            assertThat(receiver.connections()).isZero();
        }
    }

    @Test
    void theConnectionGoesToTheAddressThatWasCheckedWhateverTheNameSaysLater() throws Exception {
        try (Receiver receiver = Receiver.answering("200 OK")) {
            AtomicInteger questions = new AtomicInteger();
            // A second question would lead to where nobody answers.
            Resolver changing = host -> new InetAddress[] {
                InetAddress.getByName(questions.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.99")
            };
            try (HttpDestination destination =
                    destination("http://hooks.example:" + receiver.port() + "/", true, changing)) {
                assertThat(deliver(destination)).isEqualTo(new Answer.Delivered(200, null));
                assertThat(deliver(destination)).isEqualTo(new Answer.Delivered(200, null));
            }
            assertThat(questions).hasValue(1);
            assertThat(receiver.requests().get(0).headers()).containsEntry("host", "hooks.example:" + receiver.port());
        }
    }

    @Test
    void aNameThatNobodyKnowsIsAFailure() throws Exception {
        Resolver nowhere = host -> {
            throw new UnknownHostException(host);
        };
        try (HttpDestination destination = destination("https://hooks.example/", false, nowhere)) {
            assertFailed(deliver(destination), "the host is unknown");
        }
    }

    @Test
    void aSlowNameServerDoesNotExtendTheTimeout() throws Exception {
        Resolver slow = host -> {
            try {
                Thread.sleep(3_000);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            return InetAddress.getAllByName("127.0.0.1");
        };
        try (HttpDestination destination = destination("http://hooks.example/", true, slow)) {
            assertFailed(deliver(destination), "no answer within 800 ms");
        }
    }

    @Test
    void aPlainServerBehindHttpsIsAFailure() throws Exception {
        try (Receiver receiver = Receiver.answering("200 OK");
                HttpDestination destination =
                        destination("https://127.0.0.1:" + receiver.port(), true, InetAddress::getAllByName)) {
            assertThat(deliver(destination)).isInstanceOf(Answer.Failed.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://a.example/",
                "http:///x",
                "http://user:password@a.example/",
                "http://a.example/#x",
                "a.example"
            })
    void aUrlThatCannotBeIsRefused(String url) throws IOException {
        assertThatThrownBy(() -> destination(url, false, InetAddress::getAllByName))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("password@");
    }
}
