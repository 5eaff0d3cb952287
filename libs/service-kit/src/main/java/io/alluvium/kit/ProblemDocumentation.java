package io.alluvium.kit;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Adds to the description of every operation how its errors look. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ProblemDocumentation implements OASFilter {

    private static final String SCHEMA = "Problem";

    @Override
    public void filterOpenAPI(OpenAPI api) {
        if (api.getComponents() == null) {
            api.setComponents(OASFactory.createComponents());
        }
        api.getComponents().addSchema(SCHEMA, problem());
        if (api.getPaths() == null || api.getPaths().getPathItems() == null) {
            return;
        }
        for (PathItem path : api.getPaths().getPathItems().values()) {
            for (Operation operation : path.getOperations().values()) {
                if (operation.getResponses() == null) {
                    operation.setResponses(OASFactory.createAPIResponses());
                }
                operation.getResponses().removeAPIResponse("401");
                operation.getResponses().removeAPIResponse("403");
                operation.getResponses().addAPIResponse("default", response());
            }
        }
    }

    private static APIResponse response() {
        return OASFactory.createAPIResponse()
                .description("An error: 400 and 422 name each offending field, 401 and 403 the role that is missing,"
                        + " 413 a bound, 503 comes with Retry-After")
                .content(OASFactory.createContent()
                        .addMediaType(
                                ProblemJson.CONTENT_TYPE,
                                OASFactory.createMediaType()
                                        .schema(OASFactory.createSchema().ref(SCHEMA))));
    }

    private static Schema problem() {
        Schema error = OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .required(List.of("field", "message"))
                .addProperty("field", text("a field or parameter, with a path where it is nested"))
                .addProperty(
                        "index",
                        OASFactory.createSchema()
                                .addType(SchemaType.INTEGER)
                                .description("which element of a request that is an array, from 0"))
                .addProperty("message", text("what is wrong with it"));
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .description("What went wrong (RFC 9457)")
                .required(List.of("type", "title", "status", "detail"))
                .addProperty("type", text("about:blank: the status says what kind of problem it is"))
                .addProperty("title", text("the status in words"))
                .addProperty("status", OASFactory.createSchema().addType(SchemaType.INTEGER))
                .addProperty("detail", text("what was wrong with this request"))
                .addProperty("instance", text("the path that was asked for"))
                .addProperty(
                        "errors",
                        OASFactory.createSchema().addType(SchemaType.ARRAY).items(error))
                .addProperty("error_id", text("with status 500: what to look for in the log"));
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(SchemaType.STRING).description(description);
    }
}
