package io.alluvium.localstack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** A service's REST interface, as any client sees it. Thread-safe. */
final class Api {

    static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI base;

    Api(URI base) {
        this.base = base;
    }

    static Api of(String service, RunOptions options) {
        return new Api(
                URI.create("http://" + Ports.HOST + ":" + Service.named(service).port(options.portBase)));
    }

    /** @throws LocalStackException unless the answer has the expected status */
    JsonNode get(String path) {
        return send(request(path).GET(), 200);
    }

    /** @throws LocalStackException unless the answer has the expected status */
    JsonNode send(String method, String path, String contentType, String body, int expectedStatus) {
        return send(
                request(path).header("Content-Type", contentType).method(method, BodyPublishers.ofString(body)),
                expectedStatus);
    }

    /** @throws LocalStackException unless the answer has the expected status */
    JsonNode post(String path, Map<String, String> headers, String body, int expectedStatus) {
        HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return send(request, expectedStatus);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(120));
    }

    private JsonNode send(HttpRequest.Builder builder, int expectedStatus) {
        HttpRequest request = builder.build();
        String what = request.method() + " " + request.uri();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != expectedStatus) {
                throw new LocalStackException(
                        what + " answered " + answer.statusCode() + ", not " + expectedStatus + ": " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException notJson) {
            throw new LocalStackException(what + " answered something that is not JSON", notJson);
        } catch (IOException failure) {
            throw new LocalStackException(what + " failed: " + failure, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LocalStackException("interrupted during " + what, interrupted);
        }
    }
}
