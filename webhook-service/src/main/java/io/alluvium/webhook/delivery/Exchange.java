package io.alluvium.webhook.delivery;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One request and its answer, within a time that nothing extends: not a slow name server, and not an answer that trickles. */
final class Exchange {

    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final Vertx vertx;
    private final Duration timeout;
    private final long timer;
    private @Nullable HttpClientRequest request;

    Exchange(Vertx vertx, Duration timeout) {
        this.vertx = vertx;
        this.timeout = timeout;
        this.timer = vertx.setTimer(Math.max(1, timeout.toMillis()), late -> giveUp());
    }

    CompletionStage<Answer> answer() {
        return answer;
    }

    /** @return false when it is too late: the request is then not to be sent */
    boolean began(HttpClientRequest begun) {
        synchronized (this) {
            request = begun;
        }
        if (answer.isDone()) {
            begun.reset();
            return false;
        }
        return true;
    }

    private void giveUp() {
        failed(new TimeoutException());
        HttpClientRequest begun;
        synchronized (this) {
            begun = request;
        }
        HttpConnection connection = begun == null ? null : begun.connection();
        if (connection != null) {
            connection.close();
        }
    }

    void complete(Answer given) {
        vertx.cancelTimer(timer);
        answer.complete(given);
    }

    void failed(Throwable failure) {
        complete(new Answer.Failed(reason(failure), null, true, null));
    }

    /** In words that are ours: what a library says may quote what a destination sent. */
    private String reason(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return "no answer within " + timeout.toMillis() + " ms";
        }
        if (failure instanceof UnknownHostException unknown) {
            String message = String.valueOf(unknown.getMessage());
            return message.startsWith("address ") ? message : "the host is unknown";
        }
        if (failure instanceof ConnectException || failure instanceof java.nio.channels.ClosedChannelException) {
            return "no connection";
        }
        if (failure instanceof SSLException) {
            return "no secure connection: " + failure.getClass().getSimpleName();
        }
        return "the connection failed: " + failure.getClass().getSimpleName();
    }
}
