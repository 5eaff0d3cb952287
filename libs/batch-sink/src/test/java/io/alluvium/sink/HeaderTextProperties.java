package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class HeaderTextProperties {

    @Property
    void headersComeBackByteForByte(@ForAll("headers") List<Header> headers) {
        Headers decoded = HeaderText.decode(HeaderText.encode(new RecordHeaders(headers)));

        assertThat(decoded.toArray()).containsExactlyElementsOf(headers);
    }

    @Test
    void plainHeadersStayReadable() {
        Headers headers =
                new RecordHeaders().add("ce_type", "a.b.v1".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(HeaderText.encode(headers)).isEqualTo("ce_type=a.b.v1\n");
    }

    @Provide
    Arbitrary<List<Header>> headers() {
        Arbitrary<byte[]> values =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(20).injectNull(0.1);
        Arbitrary<String> names = Arbitraries.strings()
                .ofMinLength(1)
                .ofMaxLength(10)
                .excludeChars('\0')
                .filter(HeaderTextProperties::isText);
        return net.jqwik.api.Combinators.combine(names, values)
                .as((name, value) -> (Header) new RecordHeader(name, value))
                .list()
                .ofMaxSize(5);
    }

    private static boolean isText(String text) {
        return java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
