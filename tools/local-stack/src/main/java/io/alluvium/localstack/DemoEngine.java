package io.alluvium.localstack;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/**
 * An audio engine that logs one recording over HTTP: a connection, messages, frames of 100 ms with what was done to them,
 * functions, steps and heartbeats. Frames are logged at each stage of their life.
 */
final class DemoEngine {

    static final String TOPIC = "engine.logs";

    private static final int FRAMES = 30;
    private static final String RUN = UUID.randomUUID().toString();

    /** Connection 2, recording 2; of each frame a message, two stages, a step, start and end; 3 heartbeats. */
    static final int ROWS = 4 + FRAMES * 6 + 3;

    private final Api audit;
    private final long recording = Instant.now().getEpochSecond();
    private final Instant start = Instant.now();

    DemoEngine(Api audit) {
        this.audit = audit;
    }

    /** What was logged of the recording, in order. */
    String timelinePath() {
        return "/api/engine-logs/recordings/" + recording + "/timeline?limit=8";
    }

    void work() {
        send("websocket_connection", connection().put("dt_connection_request", time(0)));
        send(
                "websocket_connection",
                connection().put("dt_connection_request", time(0)).put("dt_connection_accepted", time(2)));
        send("recording_config", recorded().put("dt_recording_start", time(0)).put("logged_at", time(0)));
        ArrayNode messages = Api.JSON.createArrayNode();
        ArrayNode frames = Api.JSON.createArrayNode();
        ArrayNode functions = Api.JSON.createArrayNode();
        ArrayNode steps = Api.JSON.createArrayNode();
        for (int frame = 0; frame < FRAMES; frame++) {
            int at = frame * 100;
            messages.add(row(at).put("message_type", "FRAME")
                    .put("message_id", frame + 1)
                    .put("websocket_connection_id", 1)
                    .put("dt_message_received", time(at)));
            frames.add(frame(frame, at + 1).put("dt_processing_queued_to_start", time(at + 1)));
            frames.add(frame(frame, at + 20 + frame)
                    .put("dt_processing_start", time(at + 2))
                    .put("dt_processing_end", time(at + 20 + frame))
                    .put("fft_record_cnt", 12));
            functions.add(function(frame, at + 2, "Start"));
            functions.add(function(
                    frame, at + 20 + frame, String.format(java.util.Locale.ROOT, "End (0.%03ds)", 18 + frame)));
            steps.add(row(at + 3)
                    .put("step_name", "resample")
                    .put("frame_no", frame)
                    .put("dt_step_called", time(at + 3)));
        }
        send("websocket_message", messages);
        send("split_100_ms_audio_frame", frames);
        send("functions", functions);
        send("steps", steps);
        send(
                "recording_config",
                recorded().put("dt_recording_end", time(FRAMES * 100)).put("logged_at", time(FRAMES * 100)));
        for (int beat = 0; beat < 3; beat++) {
            send(
                    "process_registry",
                    own().put("process_id", 4711)
                            .put("last_heartbeat", time(beat * 30_000))
                            .put("cpu_percent", 12.5));
        }
    }

    private void send(String table, com.fasterxml.jackson.databind.JsonNode rows) {
        audit.send("POST", "/api/engine-logs/" + table, "application/json", rows.toString(), 202);
    }

    private String time(int millis) {
        return start.plusMillis(millis).toString();
    }

    private static ObjectNode own() {
        return Api.JSON.createObjectNode().put("engine_instance_id", RUN);
    }

    private ObjectNode row(int millis) {
        return own().put("recording_id", recording).put("logged_at", time(millis));
    }

    private static ObjectNode connection() {
        return own().put("websocket_connection_id", 1).put("client_host_ip_address", "127.0.0.1");
    }

    private ObjectNode recorded() {
        return own().put("recording_id", recording)
                .put("compose_play_or_practice", "PLAY")
                .put("websocket_connection_id", 1);
    }

    private ObjectNode frame(int number, int millis) {
        return row(millis)
                .put("audio_frame_no", number)
                .put("start_ms", number * 100)
                .put("end_ms", number * 100 + 100)
                .put("yn_run_fft", "Y");
    }

    private ObjectNode function(int frame, int millis, String message) {
        return row(millis)
                .put("python_function_name", "run_fft")
                .put("python_file_name", "fft.py")
                .put("frame_no", frame)
                .put("start_stop_or_error_msg", message);
    }
}
