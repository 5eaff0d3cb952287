package io.alluvium.emitter.enginelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The typed rows, and what their columns take. */
class LogRowsTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123456Z");

    static List<Class<?>> rows() {
        return List.of(
                FunctionExecution.class,
                FunctionError.class,
                PreSplitAudioFrame.class,
                AudioFrame.class,
                RecordingConfig.class,
                WebsocketConnection.class,
                WebsocketMessage.class,
                ProcessHeartbeat.class,
                Step.class,
                ResourceMeasurement.class);
    }

    /** dt_frame_received: dtFrameReceived. */
    private static String camel(String column) {
        StringBuilder name = new StringBuilder();
        for (String word : column.split("_")) {
            name.append(name.isEmpty() ? word : word.substring(0, 1).toUpperCase() + word.substring(1));
        }
        return name.toString();
    }

    private static Object sample(Class<?> type) {
        return Map.<Class<?>, Object>of(int.class, 7, long.class, 7L, double.class, 7.5)
                .get(type);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aRowHasASetterForEachColumnAndNoOther(Class<?> type) throws Exception {
        Object row = type.getDeclaredConstructor().newInstance();
        LogEntry entry = (LogEntry) type.getDeclaredField("entry").get(row);
        List<Method> setters = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .toList();

        assertThat(setters).hasSameSizeAs(entry.table.columns());
        for (int i = 0; i < entry.cells.length; i++) {
            String name = camel(entry.table.columns().get(i).name());
            Method setter = setters.stream()
                    .filter(method -> method.getName().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(name));
            Class<?> parameter = setter.getParameterTypes()[0];
            Object value = parameter == Instant.class ? NOON : parameter == String.class ? "Y" : sample(parameter);
            assertThat(setter.invoke(row, value)).isSameAs(row);
            assertThat(entry.cells[i]).as(name).isEqualTo(value);
            entry.settle();
            assertThat(entry.cells[i]).as(name).isEqualTo(value);
        }
    }

    @Test
    void theTablesHaveAsManyColumnsAsTheOriginal() {
        assertThat(Arrays.stream(LogTable.values()).map(table -> table.columns().size()))
                .containsExactly(9, 10, 12, 48, 16, 8, 8, 8, 9, 7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ENGINE_DB_LOG_STEPS", "engine_db_log_steps", "steps", "Steps"})
    void aTableIsFoundByItsNameInAnyCase(String name) {
        assertThat(LogTable.of(name)).contains(LogTable.STEPS);
        assertThat(LogTable.STEPS.indexOf("DT_Added")).isZero();
    }

    private static LogColumn column(LogTable table, String name) {
        return table.columns().get(table.indexOf(name));
    }

    @Test
    void anErrorMessageIsCutAndAnythingElseIsRefused() {
        LogColumn message = column(LogTable.FUNCTION_ERROR, "error_message_text");

        assertThat(message.accept("x".repeat(1000))).isEqualTo("x".repeat(1000));
        assertThat(message.accept("x".repeat(1001))).isEqualTo("x".repeat(999) + "\u2026");
        assertThat(message.accept("x".repeat(998) + "\uD83D\uDE00y")).isEqualTo("x".repeat(998) + "\u2026");
        assertThat(message.accept("a\0b\uD800")).isEqualTo("a\uFFFDb\uFFFD");
        assertThatThrownBy(() -> column(LogTable.STEPS, "step_name").accept("x".repeat(101)))
                .hasMessage("step_name: must have at most 100 characters, has 101");
        assertThatThrownBy(() -> column(LogTable.STEPS, "step_name").accept("a\0"))
                .hasMessageStartingWith("step_name: holds U+0000");
    }

    @Test
    void valuesOfAnotherKindAreRefusedByTheNameOfTheirColumn() {
        assertThatThrownBy(() -> column(LogTable.STEPS, "recording_id").accept(-1L))
                .hasMessage("recording_id: must not be negative");
        assertThatThrownBy(() -> column(LogTable.STEPS, "step_id").accept(1L << 31))
                .hasMessageStartingWith("step_id: must be from -2147483648 to");
        assertThatThrownBy(() -> column(LogTable.STEPS, "step_name").accept(new byte[3]))
                .hasMessage("step_name: must be text: bytes are not stored");
        assertThatThrownBy(() -> column(LogTable.STEPS, "step_name").accept(3)).hasMessage("step_name: must be text");
        assertThatThrownBy(() -> column(LogTable.STEPS, "step_id").accept("3"))
                .hasMessage("step_id: must be a whole number");
        assertThatThrownBy(() -> column(LogTable.STEPS, "dt_added").accept("2026"))
                .hasMessage("dt_added: must be an Instant");
        assertThatThrownBy(
                        () -> column(LogTable.RESOURCE_MONITOR, "cpu_percent").accept(Double.NaN))
                .hasMessage("cpu_percent: must be a finite number");
    }

    @Test
    void theKeyIsTheRecordingElseTheConnectionElseTheProcessElseTheRun() {
        UUID run = new UUID(1, 2);
        LogEntry message = new WebsocketMessage().websocketConnectionId(5).entry.identify(run, run);

        assertThat(message.key()).isEqualTo("5");
        message.set(LogTable.WEBSOCKET_MESSAGE.indexOf("recording_id"), 9L);
        assertThat(message.key()).isEqualTo("9");
        assertThat(new ProcessHeartbeat().processId(77).entry.identify(run, run).key())
                .isEqualTo("77");
        assertThat(new ResourceMeasurement().entry.identify(run, run).key()).isEqualTo(run.toString());
    }

    @Test
    void idsOfARunAreUuidsOfVersion7ThatCountUp() {
        LogIds ids = new LogIds();
        UUID first = ids.next(1_700_000_000_000L);
        UUID second = ids.next(1_700_000_000_000L);

        assertThat(first.version()).isEqualTo(7);
        assertThat(first.variant()).isEqualTo(2);
        assertThat(second.toString()).isGreaterThan(first.toString());
    }
}
