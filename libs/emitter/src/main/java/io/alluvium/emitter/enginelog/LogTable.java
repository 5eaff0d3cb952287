package io.alluvium.emitter.enginelog;

import io.alluvium.emitter.enginelog.LogColumn.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The ten tables of an engine's log: what may be logged at all. The same names, with {@code engine_db_log_} before the
 * table's, are those of the topic, of the central tables and of the spill file.
 */
public enum LogTable {
    /** What the log keeps of a function that starts, ends or fails. */
    FUNCTIONS(
            times("dt_added"),
            texts(100, "python_function_name", "python_file_name"),
            longs("recording_id"),
            ints("audio_chunk_no", "frame_no"),
            cutTexts(500, "start_stop_or_error_msg"),
            ints("websocket_connection_id"),
            times("dt_function_message_queued")),

    /** What the log keeps of an error with its traceback. */
    FUNCTION_ERROR(
            times("dt_added"),
            texts(100, "python_function_name", "python_file_name"),
            cutTexts(1000, "error_message_text"),
            cutTexts(4000, "traceback_text"),
            longs("recording_id"),
            ints("audio_frame_no", "audio_chunk_no", "start_ms", "end_ms")),

    /** What the log keeps of an audio frame as it came in. */
    PRE_SPLIT_AUDIO_FRAME(
            longs("recording_id"),
            ints("audio_frame_no", "start_ms", "end_ms"),
            times("dt_frame_received", "dt_frame_paired_with_websockets_metadata"),
            ints("audio_frame_size_bytes"),
            texts(20, "audio_frame_encoding"),
            texts(100, "audio_frame_sha256_hex"),
            ints("websocket_connection_id", "pre_split_audio_frame_duration_in_ms"),
            times("dt_frame_split_into_100_ms_frames")),

    /** What the log keeps of a frame of 100 ms on its way through the analysers. */
    SPLIT_100_MS_AUDIO_FRAME(
            longs("recording_id"),
            ints("audio_frame_no", "start_ms", "end_ms"),
            texts(1, "yn_run_fft", "yn_run_ons", "yn_run_pyin", "yn_run_crepe"),
            times(
                    "dt_frame_received",
                    "dt_frame_paired_with_websockets_metadata",
                    "dt_frame_decoded_from_base64_to_bytes",
                    "dt_frame_converted_to_pcm16_with_sample_rate_44100",
                    "dt_frame_appended_to_raw_file",
                    "dt_frame_resampled_to_16000",
                    "dt_frame_resampled_22050",
                    "dt_processing_start",
                    "dt_processing_end",
                    "dt_start_fft",
                    "dt_end_fft",
                    "dt_start_ons",
                    "dt_end_ons",
                    "dt_start_pyin",
                    "dt_end_pyin",
                    "dt_start_crepe",
                    "dt_end_crepe",
                    "dt_start_volume_1_ms",
                    "dt_end_volume_1_ms",
                    "dt_start_volume_10_ms",
                    "dt_end_volume_10_ms"),
            ints(
                    "fft_record_cnt",
                    "ons_record_cnt",
                    "pyin_record_cnt",
                    "crepe_record_cnt",
                    "volume_1_ms_record_cnt",
                    "volume_10_ms_record_cnt"),
            times("dt_added"),
            ints("audio_frame_size_bytes"),
            texts(20, "audio_frame_encoding"),
            texts(100, "audio_frame_sha256_hex"),
            times(
                    "dt_frame_decoded_from_bytes_into_audio_samples",
                    "dt_frame_resampled_to_44100",
                    "dt_processing_queued_to_start",
                    "dt_start_pyin_engine_load_hz_ins",
                    "dt_end_pyin_engine_load_hz_ins",
                    "dt_start_pyin_relative_rows",
                    "dt_end_pyin_relative_rows",
                    "dt_start_fft_engine_load_fft_ins",
                    "dt_end_fft_engine_load_fft_ins")),

    /** What the log keeps of a recording, from its start to its purge. */
    RECORDING_CONFIG(
            longs("recording_id"),
            times("dt_recording_start"),
            texts(50, "compose_play_or_practice"),
            texts(100, "audio_stream_file_name"),
            texts(1, "compose_yn_run_fft"),
            times("dt_added"),
            ints("websocket_connection_id"),
            times(
                    "dt_recording_end",
                    "dt_recording_data_purged",
                    "dt_recording_data_queued_for_purging",
                    "dt_process_websocket_start_message_done"),
            ints("max_pre_split_audio_frame_no_split"),
            longs("total_bytes_received"),
            ints("total_split_100_ms_frames_produced", "split_100_ms_frame_counter"),
            times("last_split_100_ms_frame_time")),

    /** What the log keeps of a connection, from request to close. */
    WEBSOCKET_CONNECTION(
            ints("websocket_connection_id"),
            texts(50, "client_host_ip_address"),
            texts(10, "client_port"),
            texts(2000, "client_headers"),
            times(
                    "dt_connection_request",
                    "dt_connection_accepted",
                    "dt_connection_closed",
                    "dt_websocket_disconnect_event")),

    /** What the log keeps of a message, from its receipt to its processing. */
    WEBSOCKET_MESSAGE(
            longs("recording_id"),
            texts(50, "message_type"),
            ints("audio_frame_no"),
            times("dt_message_received", "dt_message_process_started"),
            ints("websocket_connection_id", "message_id"),
            times("dt_message_process_queued_to_start")),

    /** What the log keeps of a sign of life of a process. */
    PROCESS_REGISTRY(
            ints("process_id"),
            times("start_time", "last_heartbeat"),
            texts(1000, "active_tasks"),
            ints("database_connections"),
            reals("memory_usage_mb", "cpu_percent"),
            times("dt_added")),

    /** What the log keeps of a step within a function. */
    STEPS(
            times("dt_added"),
            texts(100, "step_name", "python_function_name", "python_file_name"),
            longs("recording_id"),
            ints("audio_chunk_no", "frame_no"),
            times("dt_step_called"),
            ints("step_id")),

    /** What the log keeps of what the machine had to give at a moment. */
    RESOURCE_MONITOR(
            times("dt_measurement"),
            reals("cpu_percent", "memory_percent"),
            longs("disk_io_total_bytes"),
            ints("thread_count"),
            reals("memory_available_gb"),
            times("dt_added"));

    private static final String PREFIX = "engine_db_log_";
    private static final int NO_COLUMN = -1;
    private static final Map<String, LogTable> BY_NAME = new HashMap<>();

    static {
        for (LogTable table : values()) {
            BY_NAME.put(table.shortName(), table);
            BY_NAME.put(table.sqlName(), table);
        }
    }

    private final List<LogColumn> columns;
    private final Map<String, Integer> indexes = new HashMap<>();

    @SafeVarargs
    LogTable(List<LogColumn>... columns) {
        List<LogColumn> all = new ArrayList<>();
        for (List<LogColumn> alike : columns) {
            all.addAll(alike);
        }
        this.columns = List.copyOf(all);
        for (int i = 0; i < this.columns.size(); i++) {
            indexes.put(this.columns.get(i).name(), i);
        }
    }

    /** @param name as in SQL or without its prefix, in any case */
    public static Optional<LogTable> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    /** {@code function_error}: the name in addresses and in the types of events. */
    public String shortName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@code engine_db_log_function_error}: the name of the table. */
    public String sqlName() {
        return PREFIX + shortName();
    }

    /** {@code alluvium.engine.function_error.v1}. */
    public String eventType() {
        return "alluvium.engine." + shortName() + ".v1";
    }

    /** In the order of the table. */
    public List<LogColumn> columns() {
        return columns;
    }

    /**
     * @param column in any case
     * @return its place in {@link #columns}; -1 where the table has none of this name
     */
    public int indexOf(String column) {
        Integer exact = indexes.get(column);
        return exact != null ? exact : indexes.getOrDefault(column.toLowerCase(Locale.ROOT), NO_COLUMN);
    }

    private static List<LogColumn> times(String... names) {
        return columns(Kind.TIME, 0, names);
    }

    private static List<LogColumn> ints(String... names) {
        return columns(Kind.INT, 0, names);
    }

    private static List<LogColumn> longs(String... names) {
        return columns(Kind.LONG, 0, names);
    }

    private static List<LogColumn> reals(String... names) {
        return columns(Kind.REAL, 0, names);
    }

    private static List<LogColumn> texts(int length, String... names) {
        return columns(Kind.TEXT, length, names);
    }

    private static List<LogColumn> cutTexts(int length, String... names) {
        return columns(Kind.CUT_TEXT, length, names);
    }

    private static List<LogColumn> columns(Kind kind, int length, String... names) {
        List<LogColumn> columns = new ArrayList<>();
        for (String name : names) {
            columns.add(new LogColumn(name, kind, length));
        }
        return columns;
    }
}
