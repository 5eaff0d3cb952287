package io.alluvium.audit.topic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.alluvium.audit.topic.ChangeEventReader.UnknownFields;
import io.alluvium.sink.Utf8;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What is published in {@code docs/contracts}, beside the reader that decides. */
final class Contract {

    private static final Path FOLDER = Path.of(System.getProperty("repository.root"), "docs", "contracts");
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private static final SchemaValidatorsConfig FORMATS_COUNT = SchemaValidatorsConfig.builder()
            .formatAssertionsEnabled(true)
            .pathType(PathType.JSON_POINTER)
            .build();

    private static final JsonNode CHANGE_SCHEMA = read(JSON, "alluvium.audit.change.v1.schema.json");
    private static final JsonSchema CHANGE = SCHEMAS.getSchema(CHANGE_SCHEMA, FORMATS_COUNT);

    private Contract() {}

    static JsonNode changeSchema() {
        return CHANGE_SCHEMA;
    }

    static JsonNode asyncApi() {
        return read(new YAMLMapper(), "asyncapi.yaml");
    }

    static boolean has(String file) {
        return FOLDER.resolve(file).toFile().isFile();
    }

    /** @return what the schema finds wrong with the change */
    static Set<ValidationMessage> faultsBySchema(String change) {
        return CHANGE.validate(tree(change));
    }

    static Set<ValidationMessage> faults(JsonNode schema, JsonNode document) {
        return SCHEMAS.getSchema(schema, FORMATS_COUNT).validate(document);
    }

    /** @return what the reader finds wrong with the change */
    static List<InvalidChange.Fault> faultsByReader(String change) {
        try {
            ChangeEventReader.read(Utf8.of(change), UnknownFields.IGNORE);
            return List.of();
        } catch (InvalidChange invalid) {
            return invalid.faults();
        }
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException(json, broken);
        }
    }

    private static JsonNode read(com.fasterxml.jackson.databind.ObjectMapper mapper, String file) {
        try {
            return mapper.readTree(FOLDER.resolve(file).toFile());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
