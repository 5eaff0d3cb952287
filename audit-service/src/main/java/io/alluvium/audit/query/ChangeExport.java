package io.alluvium.audit.query;

import io.alluvium.audit.AuditConfig;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Roles;
import io.quarkus.vertx.http.Compressed;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out all that a search finds, of any size, in constant memory. It reads page after page, each in a statement of its
 * own: a client that reads slowly holds neither a connection nor a snapshot that keeps the database from tidying up.
 */
@Path("/api/audit/changes/export")
@Tag(name = "trail")
final class ChangeExport {

    private static final Logger LOGGER = LoggerFactory.getLogger(ChangeExport.class);

    private static final int PAGE = 2000;
    private static final int BUFFER = 32_768;
    private static final Duration RETRY = Duration.ofSeconds(30);

    private final Changes changes;
    private final int most;
    private final Semaphore free;

    ChangeExport(Changes changes, AuditConfig config) {
        this.changes = changes;
        this.most = config.query().maxExports();
        this.free = new Semaphore(most);
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Blocking
    @Compressed // neither of its content types is among those that Quarkus compresses by itself
    @Operation(
            summary = "All changes that a search finds, as a file, newest first",
            description =
                    "Filters are those of the search. A change that is stored meanwhile is in the file where its place had not"
                            + " been reached. When something goes wrong on the way the connection is aborted: a file that ends"
                            + " cleanly is complete. In NDJSON, line breaks inside an image become spaces. CSV cells are as they"
                            + " were sent: a spreadsheet may take one that begins with = + - or @ for a formula, so import them as"
                            + " text.")
    @APIResponse(
            responseCode = "200",
            content = {
                @Content(mediaType = "application/x-ndjson", schema = @Schema(implementation = Change.class)),
                @Content(mediaType = "text/csv", schema = @Schema(implementation = String.class))
            })
    public Response export(
            @BeanParam ChangeParameters parameters,
            @QueryParam("format") @DefaultValue("ndjson") @Parameter(description = "ndjson or csv") String format,
            @Context RoutingContext routing)
            throws SQLException {
        ChangeFilter filter = parameters.filter();
        ExportFormat lines = format(format);
        if (!free.tryAcquire()) {
            throw Problem.unavailable(most + " exports are running, as many as may: ask again later", RETRY);
        }
        releaseWhenEnded(routing);
        ChangePage first = changes.page(filter, null, PAGE); // here, so that a database that is away is a 503
        StreamingOutput file = out -> {
            try {
                write(filter, lines, first, out);
            } catch (SQLException | RuntimeException failure) {
                LOGGER.atWarn().addKeyValue("cause", failure.toString()).log("export broken off");
                abort(routing);
                throw new IOException("export broken off", failure);
            }
        };
        return Response.ok(file, lines.contentType())
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + lines.fileName() + "\"")
                .build();
    }

    /** A client may be gone before its request is served: then nobody calls what is to be called at the end. */
    private void releaseWhenEnded(RoutingContext routing) {
        AtomicBoolean released = new AtomicBoolean();
        Runnable release = () -> {
            if (released.compareAndSet(false, true)) {
                free.release();
            }
        };
        routing.addEndHandler(ended -> release.run());
        if (routing.response().closed()) {
            release.run();
        }
    }

    private static ExportFormat format(String name) {
        return switch (name) {
            case "ndjson" -> ExportFormat.NDJSON;
            case "csv" -> ExportFormat.CSV;
            default -> throw Problem.validation(new FieldError("format", "must be one of ndjson, csv"));
        };
    }

    /**
     * Ends the answer so that the client sees that it is no whole one. What is thrown would not do: it becomes a problem,
     * and that the end of the file.
     */
    private static void abort(RoutingContext routing) {
        if (routing.request().version() == HttpVersion.HTTP_2) {
            routing.response().reset();
            return;
        }
        routing.request()
                .connection()
                .close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private void write(ChangeFilter filter, ExportFormat lines, ChangePage first, OutputStream out)
            throws IOException, SQLException {
        StringBuilder text = new StringBuilder(2 * BUFFER).append(lines.head());
        ChangePage page = first;
        while (true) {
            for (Change change : page.changes()) {
                lines.append(change, text);
                if (text.length() >= BUFFER) {
                    drain(text, out);
                }
            }
            drain(text, out);
            out.flush();
            Position next = page.next();
            if (next == null) {
                return;
            }
            page = changes.page(filter, next, PAGE);
        }
    }

    private static void drain(StringBuilder text, OutputStream out) throws IOException {
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
    }
}
