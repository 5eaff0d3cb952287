package io.alluvium.webhook.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static String sign(List<String> secrets) {
        byte[] body = "{\"test\": 2432232314}".getBytes(UTF_8);
        return new WebhookSignature(secrets).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body);
    }

    @Test
    void theExampleOfTheSpecificationHasItsSignature() {
        assertThat(sign(List.of(SECRET))).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void whileASecretIsReplacedBothSign() {
        assertThat(sign(List.of(OTHER, SECRET)).split(" "))
                .hasSize(2)
                .contains("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
                .contains(sign(List.of(OTHER)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64!", "hunter2hunter2hunter2hunter2!!!"})
    void aSecretThatIsNoneIsRefusedWithoutBeingTold(String secret) {
        assertThatThrownBy(() -> new WebhookSignature(List.of(secret)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a secret to sign with")
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }
}
