package io.alluvium.audit.topic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.alluvium.emitter.enginelog.LogColumn;
import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.sink.Utf8;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The published schema, the catalogue of the emitter and the reader of the topic say the same. */
class EngineLogContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode SCHEMA = schema();

    private static JsonNode schema() {
        try {
            return JSON.readTree(
                    Path.of("../docs/contracts/alluvium.engine.v1.schema.json").toFile());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static JsonNode definition(LogTable table) {
        return SCHEMA.path("$defs").path(table.shortName());
    }

    @ParameterizedTest
    @EnumSource(LogTable.class)
    void theSchemaHasEveryColumnAndNoOther(LogTable table) {
        JsonNode properties = definition(table).path("properties");
        List<String> names = new ArrayList<>(List.of("engine_instance_id", "event_id", "logged_at"));
        table.columns().stream().map(LogColumn::name).forEach(names::add);

        assertThat(properties.fieldNames()).toIterable().containsExactlyElementsOf(names);
        for (LogColumn column : table.columns()) {
            JsonNode property = properties.path(column.name());
            String type = property.path("type").path(0).asText();
            switch (column.kind()) {
                case TEXT -> assertThat(property.path("maxLength").asInt()).isEqualTo(column.maxLength());
                case CUT_TEXT ->
                    assertThat(property.path("description").asText()).contains(" " + column.maxLength() + " ");
                case INT, LONG ->
                    assertThat(property.path("minimum").asLong() == 0).isEqualTo(column.isId());
                case REAL -> assertThat(type).isEqualTo("number");
                case TIME -> assertThat(property.path("format").asText()).isEqualTo("date-time");
            }
        }
    }

    @Test
    void theSchemaHasEveryTable() {
        assertThat(SCHEMA.path("$defs").size()).isEqualTo(LogTable.values().length);
        assertThat(SCHEMA.path("anyOf").size()).isEqualTo(LogTable.values().length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | {}",
                "true  | {'step_name':'a','step_id':0,'recording_id':null,'dt_added':'2026-11-20T12:00:00Z'}",
                "false | {'step_name':7}",
                "false | {'step_nam':'a'}",
                "false | {'step_id':-1}",
                "false | {'step_id':1.5}",
                "false | {'step_id':2147483648}",
                "false | []",
            })
    void schemaAndReaderJudgeAlike(boolean valid, String row) throws Exception {
        String json = row.replace('\'', '"');
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(definition(LogTable.STEPS));

        assertThat(schema.validate(JSON.readTree(json)).isEmpty()).isEqualTo(valid);
        assertThat(reads(json)).isEqualTo(valid);
    }

    private static boolean reads(String json) {
        try {
            EngineLogReader.read(LogTable.STEPS, Utf8.of(json));
            return true;
        } catch (InvalidEngineLog refused) {
            return false;
        }
    }
}
