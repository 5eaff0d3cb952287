package io.alluvium.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ValidationException;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers whatever is thrown in or before a resource with a problem. What nobody foresaw becomes a 500 with an id that is
 * also in the log, and nothing else: no class, no statement, no address.
 */
@Singleton
final class ProblemMappers {

    private static final Logger LOGGER = LoggerFactory.getLogger(ProblemMappers.class);
    private static final Duration DATABASE_RETRY = Duration.ofSeconds(5);

    private final ProblemJson json;
    private final ResourceTable resources;

    ProblemMappers(ProblemJson json, ResourceTable resources) {
        this.json = json;
        this.resources = resources;
    }

    @ServerExceptionMapper(Problem.class)
    Response problem(Problem problem, UriInfo uri) {
        return answer(problem, uri).build();
    }

    // The readers of Quarkus throw some of Jackson's exceptions as they are and wrap the others; both end here.
    @ServerExceptionMapper({
        JsonProcessingException.class,
        MismatchedInputException.class,
        InvalidDefinitionException.class,
        CompletionException.class,
        ExecutionException.class,
        Throwable.class
    })
    Response unforeseen(Throwable failure, UriInfo uri) {
        return answer(problemOf(failure, uri), uri).build();
    }

    @ServerExceptionMapper(ConstraintViolationException.class)
    Response violated(ConstraintViolationException violated, UriInfo uri) {
        Problem problem = Violations.explain(violated);
        return answer(problem == null ? unknownCause(violated, uri) : problem, uri)
                .build();
    }

    @ServerExceptionMapper(ValidationException.class)
    Response notValidated(ValidationException failure, UriInfo uri) {
        return answer(problemOf(failure, uri), uri).build();
    }

    @ServerExceptionMapper(WebApplicationException.class)
    Response refused(WebApplicationException refused, UriInfo uri) {
        Response response = refused.getResponse();
        if (response.getStatus() < 400) {
            return response;
        }
        if (refused.getCause() instanceof JsonProcessingException mistake) {
            return answer(JsonMistakes.explain(mistake), uri).build();
        }
        return response.getStatus() == 500
                ? answer(unknownCause(refused, uri), uri).build()
                : answer(Problem.of(response.getStatus(), sentence(refused)), uri)
                        .build();
    }

    @ServerExceptionMapper(NotFoundException.class)
    Response notFound(NotFoundException refused, UriInfo uri, ResourceInfo resource) {
        // A parameter that cannot be converted arrives as "not found", by the letter of the JAX-RS specification.
        Problem problem = refused.getCause() == null
                ? Problem.notFound("there is nothing at this path")
                : Parameters.explain(resource.getResourceMethod(), uri);
        return answer(problem, uri).build();
    }

    @ServerExceptionMapper(NotAllowedException.class)
    Response notAllowed(NotAllowedException refused, UriInfo uri, jakarta.ws.rs.core.Request request) {
        Collection<String> allowed = resources.methods(uri.getPath());
        Problem problem =
                Problem.of(405, request.getMethod() + " is not possible here" + choice("; possible: ", allowed));
        return answer(problem, uri)
                .header(HttpHeaders.ALLOW, String.join(", ", allowed))
                .build();
    }

    @ServerExceptionMapper(NotAcceptableException.class)
    Response notAcceptable(NotAcceptableException refused, UriInfo uri, jakarta.ws.rs.core.Request request) {
        Collection<String> produced = resources.produced(request.getMethod(), uri.getPath());
        return answer(Problem.of(406, "none of the accepted types is there" + choice("; there is ", produced)), uri)
                .build();
    }

    @ServerExceptionMapper(NotSupportedException.class)
    Response notSupported(NotSupportedException refused, UriInfo uri, jakarta.ws.rs.core.Request request) {
        Collection<String> consumed = resources.consumed(request.getMethod(), uri.getPath());
        Response.ResponseBuilder answer =
                answer(Problem.of(415, "this content type is not read here" + choice("; read is ", consumed)), uri);
        return consumed.isEmpty()
                ? answer.build()
                : answer.header(HttpHeaders.ACCEPT, String.join(", ", consumed)).build();
    }

    @ServerExceptionMapper(UnauthorizedException.class)
    Response unauthorized(UnauthorizedException refused, UriInfo uri, ResourceInfo resource) {
        String roles = Parameters.roles(resource);
        return challenge("a bearer token is needed" + (roles.isEmpty() ? "" : " with the role " + roles), uri);
    }

    @ServerExceptionMapper(AuthenticationFailedException.class)
    Response notAuthenticated(AuthenticationFailedException refused, UriInfo uri) {
        return challenge("the bearer token is not valid here: wrong key or issuer, expired, or damaged", uri);
    }

    @ServerExceptionMapper(ForbiddenException.class)
    Response forbidden(ForbiddenException refused, UriInfo uri, ResourceInfo resource) {
        String roles = Parameters.roles(resource);
        String detail = roles.isEmpty() ? "nobody may do this" : "the token lacks the role " + roles;
        return answer(Problem.of(403, detail), uri).build();
    }

    private Response challenge(String detail, UriInfo uri) {
        return answer(Problem.of(401, detail), uri)
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                .build();
    }

    private Problem problemOf(Throwable failure, UriInfo uri) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Problem problem) {
            return problem;
        }
        if (cause instanceof InvalidDefinitionException) {
            return unknownCause(cause, uri);
        }
        if (cause instanceof JsonProcessingException mistake) {
            return JsonMistakes.explain(mistake);
        }
        if (DatabaseAway.isTheReasonOf(cause)) {
            // No stack trace: while a database is away there is one of these for each request.
            LOGGER.atWarn()
                    .addKeyValue("path", uri.getPath())
                    .addKeyValue("cause", cause.toString())
                    .log("database not available");
            return Problem.unavailable("the database is not available at the moment", DATABASE_RETRY);
        }
        if (cause instanceof IOException away) {
            // The client hung up while we read or wrote: nobody is left to be answered, and nothing of ours is broken.
            LOGGER.atDebug().addKeyValue("path", uri.getPath()).setCause(away).log("connection broken");
            return Problem.badRequest("the request could not be read to its end");
        }
        return unknownCause(cause, uri);
    }

    private static Problem unknownCause(Throwable failure, UriInfo uri) {
        String id = UUID.randomUUID().toString();
        LOGGER.atError()
                .addKeyValue("errorId", id)
                .addKeyValue("path", uri.getPath())
                .setCause(failure)
                .log("request failed");
        return Problem.of(500, "an error that nobody foresaw; the log of the service has it under the error_id")
                .with("error_id", id);
    }

    private Response.ResponseBuilder answer(Problem problem, UriInfo uri) {
        Response.ResponseBuilder response = Response.status(problem.status())
                .type(ProblemJson.CONTENT_TYPE)
                .entity(json.render(problem, uri.getPath()));
        Duration retryAfter = problem.retryAfter();
        return retryAfter == null
                ? response
                : response.header(HttpHeaders.RETRY_AFTER, Math.max(1, (retryAfter.toMillis() + 999) / 1000));
    }

    private static String sentence(WebApplicationException refused) {
        String message = refused.getMessage();
        // "HTTP 400 Bad Request" is what JAX-RS says when nobody said anything.
        return message == null || message.startsWith("HTTP ") ? "the request cannot be answered" : message;
    }

    private static String choice(String introduction, Collection<String> choices) {
        return choices.isEmpty() ? "" : introduction + String.join(", ", choices);
    }
}
