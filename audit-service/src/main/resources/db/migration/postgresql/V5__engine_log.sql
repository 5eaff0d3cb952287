-- The log of engines: the ten tables of the original, column for column, append-only. Before the columns of the original
-- stand four of ours: id, the order of storing; event_id; engine_instance_id, the run of the engine, since the numbers of
-- connections and messages begin at 1 again with each; logged_at, when the row was logged, which it always has.

CREATE TABLE engine_db_log_functions (
    id                         bigint GENERATED ALWAYS AS IDENTITY,
    event_id                   uuid NOT NULL,
    engine_instance_id         uuid,
    logged_at                  timestamptz NOT NULL,
    dt_added                   timestamptz,
    python_function_name       varchar(100),
    python_file_name           varchar(100),
    recording_id               bigint,
    audio_chunk_no             integer,
    frame_no                   integer,
    start_stop_or_error_msg    varchar(500),
    websocket_connection_id    integer,
    dt_function_message_queued timestamptz,
    CONSTRAINT engine_db_log_functions_event PRIMARY KEY (event_id)
);
CREATE INDEX engine_db_log_functions_time ON engine_db_log_functions (logged_at, id);
CREATE INDEX engine_db_log_functions_run ON engine_db_log_functions (engine_instance_id, logged_at, id);
CREATE INDEX engine_db_log_functions_recording ON engine_db_log_functions (recording_id, logged_at, id);

CREATE TABLE engine_db_log_function_error (
    id                   bigint GENERATED ALWAYS AS IDENTITY,
    event_id             uuid NOT NULL,
    engine_instance_id   uuid,
    logged_at            timestamptz NOT NULL,
    dt_added             timestamptz,
    python_function_name varchar(100),
    python_file_name     varchar(100),
    error_message_text   varchar(1000),
    traceback_text       varchar(4000),
    recording_id         bigint,
    audio_frame_no       integer,
    audio_chunk_no       integer,
    start_ms             integer,
    end_ms               integer,
    CONSTRAINT engine_db_log_function_error_event PRIMARY KEY (event_id)
);
CREATE INDEX engine_db_log_function_error_time ON engine_db_log_function_error (logged_at, id);
CREATE INDEX engine_db_log_function_error_run ON engine_db_log_function_error (engine_instance_id, logged_at, id);
CREATE INDEX engine_db_log_function_error_recording ON engine_db_log_function_error (recording_id, logged_at, id);

CREATE TABLE engine_db_log_pre_split_audio_frame (
    id                                       bigint GENERATED ALWAYS AS IDENTITY,
    event_id                                 uuid NOT NULL,
    engine_instance_id                       uuid,
    logged_at                                timestamptz NOT NULL,
    recording_id                             bigint,
    audio_frame_no                           integer,
    start_ms                                 integer,
    end_ms                                   integer,
    dt_frame_received                        timestamptz,
    dt_frame_paired_with_websockets_metadata timestamptz,
    audio_frame_size_bytes                   integer,
    audio_frame_encoding                     varchar(20),
    audio_frame_sha256_hex                   varchar(100),
    websocket_connection_id                  integer,
    pre_split_audio_frame_duration_in_ms     integer,
    dt_frame_split_into_100_ms_frames        timestamptz,
    CONSTRAINT engine_db_log_pre_split_audio_frame_event PRIMARY KEY (event_id)
);
CREATE INDEX engine_db_log_pre_split_audio_frame_time ON engine_db_log_pre_split_audio_frame (logged_at, id);
CREATE INDEX engine_db_log_pre_split_audio_frame_run ON engine_db_log_pre_split_audio_frame (engine_instance_id, logged_at, id);
CREATE INDEX engine_db_log_pre_split_audio_frame_recording ON engine_db_log_pre_split_audio_frame (recording_id, logged_at, id);

CREATE TABLE engine_db_log_split_100_ms_audio_frame (
    id                                                 bigint GENERATED ALWAYS AS IDENTITY,
    event_id                                           uuid NOT NULL,
    engine_instance_id                                 uuid,
    logged_at                                          timestamptz NOT NULL,
    recording_id                                       bigint,
    audio_frame_no                                     integer,
    start_ms                                           integer,
    end_ms                                             integer,
    yn_run_fft                                         varchar(1),
    yn_run_ons                                         varchar(1),
    yn_run_pyin                                        varchar(1),
    yn_run_crepe                                       varchar(1),
    dt_frame_received                                  timestamptz,
    dt_frame_paired_with_websockets_metadata           timestamptz,
    dt_frame_decoded_from_base64_to_bytes              timestamptz,
    dt_frame_converted_to_pcm16_with_sample_rate_44100 timestamptz,
    dt_frame_appended_to_raw_file                      timestamptz,
    dt_frame_resampled_to_16000                        timestamptz,
    dt_frame_resampled_22050                           timestamptz,
    dt_processing_start                                timestamptz,
    dt_processing_end                                  timestamptz,
    dt_start_fft                                       timestamptz,
    dt_end_fft                                         timestamptz,
    dt_start_ons                                       timestamptz,
    dt_end_ons                                         timestamptz,
    dt_start_pyin                                      timestamptz,
    dt_end_pyin                                        timestamptz,
    dt_start_crepe                                     timestamptz,
    dt_end_crepe                                       timestamptz,
    dt_start_volume_1_ms                               timestamptz,
    dt_end_volume_1_ms                                 timestamptz,
    dt_start_volume_10_ms                              timestamptz,
    dt_end_volume_10_ms                                timestamptz,
    fft_record_cnt                                     integer,
    ons_record_cnt                                     integer,
    pyin_record_cnt                                    integer,
    crepe_record_cnt                                   integer,
    volume_1_ms_record_cnt                             integer,
    volume_10_ms_record_cnt                            integer,
    dt_added                                           timestamptz,
    audio_frame_size_bytes                             integer,
    audio_frame_encoding                               varchar(20),
    audio_frame_sha256_hex                             varchar(100),
    dt_frame_decoded_from_bytes_into_audio_samples     timestamptz,
    dt_frame_resampled_to_44100                        timestamptz,
    dt_processing_queued_to_start                      timestamptz,
    dt_start_pyin_engine_load_hz_ins                   timestamptz,
    dt_end_pyin_engine_load_hz_ins                     timestamptz,
    dt_start_pyin_relative_rows                        timestamptz,
    dt_end_pyin_relative_rows                          timestamptz,
    dt_start_fft_engine_load_fft_ins                   timestamptz,
    dt_end_fft_engine_load_fft_ins                     timestamptz,
    CONSTRAINT engine_db_log_split_100_ms_audio_frame_event PRIMARY KEY (event_id)
);
CREATE INDEX engine_db_log_split_100_ms_audio_frame_time ON engine_db_log_split_100_ms_audio_frame (logged_at, id);
CREATE INDEX engine_db_log_split_100_ms_audio_frame_run ON engine_db_log_split_100_ms_audio_frame (engine_instance_id, logged_at, id);
CREATE INDEX engine_db_log_split_100_ms_audio_frame_recording ON engine_db_log_split_100_ms_audio_frame (recording_id, logged_at, id);

CREATE TABLE engine_db_log_recording_config (
    id                                      bigint GENERATED ALWAYS AS IDENTITY,
    event_id                                uuid NOT NULL,
    engine_instance_id                      uuid,
    logged_at                               timestamptz NOT NULL,
    recording_id                            bigint,
    dt_recording_start                      timestamptz,
    compose_play_or_practice                varchar(50),
    audio_stream_file_name                  varchar(100),
    compose_yn_run_fft                      varchar(1),
    dt_added                                timestamptz,
    websocket_connection_id                 integer,
    dt_recording_end                        timestamptz,
    dt_recording_data_purged                timestamptz,
    dt_recording_data_queued_for_purging    timestamptz,
    dt_process_websocket_start_message_done timestamptz,
    max_pre_split_audio_frame_no_split      integer,
    total_bytes_received                    bigint,
    total_split_100_ms_frames_produced      integer,
    split_100_ms_frame_counter              integer,
    last_split_100_ms_frame_time            timestamptz,
    CONSTRAINT engine_db_log_recording_config_event PRIMARY KEY (event_id)
);
CREATE INDEX engine_db_log_recording_config_time ON engine_db_log_recording_config (logged_at, id);
CREATE INDEX engine_db_log_recording_config_run ON engine_db_log_recording_config (engine_instance_id, logged_at, id);
CREATE INDEX engine_db_log_recording_config_recording ON engine_db_log_recording_config (recording_id, logged_at, id);

CREATE TABLE engine_db_log_websocket_connection (
    id                            bigint GENERATED ALWAYS AS IDENTITY,
    event_id                      uuid NOT NULL,
    engine_instance_id            uuid,
    logged_at                     timestamptz NOT NULL,
    websocket_connection_id       integer,
    client_host_ip_address        varchar(50),
    client_port                   varchar(10),
    client_headers                varchar(2000),
    dt_connection_request         timestamptz,
    dt_connection_accepted        timestamptz,
    dt_connection_closed          timestamptz,
    dt_websocket_disconnect_event timestamptz,
    CONSTRAINT engine_db_log_websocket_connection_event PRIMARY KEY (event_id)
);
CREATE INDEX engine_db_log_websocket_connection_time ON engine_db_log_websocket_connection (logged_at, id);
CREATE INDEX engine_db_log_websocket_connection_run ON engine_db_log_websocket_connection (engine_instance_id, logged_at, id);
CREATE INDEX engine_db_log_websocket_connection_key ON engine_db_log_websocket_connection (websocket_connection_id, id);

CREATE TABLE engine_db_log_websocket_message (
    id                                 bigint GENERATED ALWAYS AS IDENTITY,
    event_id                           uuid NOT NULL,
    engine_instance_id                 uuid,
    logged_at                          timestamptz NOT NULL,
    recording_id                       bigint,
    message_type                       varchar(50),
    audio_frame_no                     integer,
    dt_message_received                timestamptz,
    dt_message_process_started         timestamptz,
    websocket_connection_id            integer,
    message_id                         integer,
    dt_message_process_queued_to_start timestamptz,
    CONSTRAINT engine_db_log_websocket_message_event PRIMARY KEY (event_id)
);
CREATE INDEX engine_db_log_websocket_message_time ON engine_db_log_websocket_message (logged_at, id);
CREATE INDEX engine_db_log_websocket_message_run ON engine_db_log_websocket_message (engine_instance_id, logged_at, id);
CREATE INDEX engine_db_log_websocket_message_recording ON engine_db_log_websocket_message (recording_id, logged_at, id);

CREATE TABLE engine_db_log_process_registry (
    id                   bigint GENERATED ALWAYS AS IDENTITY,
    event_id             uuid NOT NULL,
    engine_instance_id   uuid,
    logged_at            timestamptz NOT NULL,
    process_id           integer,
    start_time           timestamptz,
    last_heartbeat       timestamptz,
    active_tasks         varchar(1000),
    database_connections integer,
    memory_usage_mb      double precision,
    cpu_percent          double precision,
    dt_added             timestamptz,
    CONSTRAINT engine_db_log_process_registry_event PRIMARY KEY (event_id)
);
CREATE INDEX engine_db_log_process_registry_time ON engine_db_log_process_registry (logged_at, id);
CREATE INDEX engine_db_log_process_registry_run ON engine_db_log_process_registry (engine_instance_id, logged_at, id);
CREATE INDEX engine_db_log_process_registry_key ON engine_db_log_process_registry (process_id, id);

CREATE TABLE engine_db_log_steps (
    id                   bigint GENERATED ALWAYS AS IDENTITY,
    event_id             uuid NOT NULL,
    engine_instance_id   uuid,
    logged_at            timestamptz NOT NULL,
    dt_added             timestamptz,
    step_name            varchar(100),
    python_function_name varchar(100),
    python_file_name     varchar(100),
    recording_id         bigint,
    audio_chunk_no       integer,
    frame_no             integer,
    dt_step_called       timestamptz,
    step_id              integer,
    CONSTRAINT engine_db_log_steps_event PRIMARY KEY (event_id)
);
CREATE INDEX engine_db_log_steps_time ON engine_db_log_steps (logged_at, id);
CREATE INDEX engine_db_log_steps_run ON engine_db_log_steps (engine_instance_id, logged_at, id);
CREATE INDEX engine_db_log_steps_recording ON engine_db_log_steps (recording_id, logged_at, id);

CREATE TABLE engine_db_log_resource_monitor (
    id                  bigint GENERATED ALWAYS AS IDENTITY,
    event_id            uuid NOT NULL,
    engine_instance_id  uuid,
    logged_at           timestamptz NOT NULL,
    dt_measurement      timestamptz,
    cpu_percent         double precision,
    memory_percent      double precision,
    disk_io_total_bytes bigint,
    thread_count        integer,
    memory_available_gb double precision,
    dt_added            timestamptz,
    CONSTRAINT engine_db_log_resource_monitor_event PRIMARY KEY (event_id)
);
CREATE INDEX engine_db_log_resource_monitor_time ON engine_db_log_resource_monitor (logged_at, id);
CREATE INDEX engine_db_log_resource_monitor_run ON engine_db_log_resource_monitor (engine_instance_id, logged_at, id);

-- What has a life is logged again at each stage of it: the last row of each id.
CREATE VIEW v_engine_db_log_pre_split_audio_frame_latest AS
SELECT id, event_id, engine_instance_id, logged_at, recording_id, audio_frame_no, start_ms, end_ms, dt_frame_received,
       dt_frame_paired_with_websockets_metadata, audio_frame_size_bytes, audio_frame_encoding,
       audio_frame_sha256_hex, websocket_connection_id, pre_split_audio_frame_duration_in_ms,
       dt_frame_split_into_100_ms_frames
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY engine_instance_id, recording_id, audio_frame_no ORDER BY id DESC) AS stage_from_last
    FROM engine_db_log_pre_split_audio_frame
) stages
WHERE stage_from_last = 1;

CREATE VIEW v_engine_db_log_split_100_ms_audio_frame_latest AS
SELECT id, event_id, engine_instance_id, logged_at, recording_id, audio_frame_no, start_ms, end_ms, yn_run_fft,
       yn_run_ons, yn_run_pyin, yn_run_crepe, dt_frame_received, dt_frame_paired_with_websockets_metadata,
       dt_frame_decoded_from_base64_to_bytes, dt_frame_converted_to_pcm16_with_sample_rate_44100,
       dt_frame_appended_to_raw_file, dt_frame_resampled_to_16000, dt_frame_resampled_22050,
       dt_processing_start, dt_processing_end, dt_start_fft, dt_end_fft, dt_start_ons, dt_end_ons,
       dt_start_pyin, dt_end_pyin, dt_start_crepe, dt_end_crepe, dt_start_volume_1_ms, dt_end_volume_1_ms,
       dt_start_volume_10_ms, dt_end_volume_10_ms, fft_record_cnt, ons_record_cnt, pyin_record_cnt,
       crepe_record_cnt, volume_1_ms_record_cnt, volume_10_ms_record_cnt, dt_added, audio_frame_size_bytes,
       audio_frame_encoding, audio_frame_sha256_hex, dt_frame_decoded_from_bytes_into_audio_samples,
       dt_frame_resampled_to_44100, dt_processing_queued_to_start, dt_start_pyin_engine_load_hz_ins,
       dt_end_pyin_engine_load_hz_ins, dt_start_pyin_relative_rows, dt_end_pyin_relative_rows,
       dt_start_fft_engine_load_fft_ins, dt_end_fft_engine_load_fft_ins
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY engine_instance_id, recording_id, audio_frame_no, start_ms ORDER BY id DESC) AS stage_from_last
    FROM engine_db_log_split_100_ms_audio_frame
) stages
WHERE stage_from_last = 1;

CREATE VIEW v_engine_db_log_recording_config_latest AS
SELECT id, event_id, engine_instance_id, logged_at, recording_id, dt_recording_start, compose_play_or_practice,
       audio_stream_file_name, compose_yn_run_fft, dt_added, websocket_connection_id, dt_recording_end,
       dt_recording_data_purged, dt_recording_data_queued_for_purging, dt_process_websocket_start_message_done,
       max_pre_split_audio_frame_no_split, total_bytes_received, total_split_100_ms_frames_produced,
       split_100_ms_frame_counter, last_split_100_ms_frame_time
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY recording_id ORDER BY id DESC) AS stage_from_last
    FROM engine_db_log_recording_config
) stages
WHERE stage_from_last = 1;

CREATE VIEW v_engine_db_log_websocket_connection_latest AS
SELECT id, event_id, engine_instance_id, logged_at, websocket_connection_id, client_host_ip_address, client_port,
       client_headers, dt_connection_request, dt_connection_accepted, dt_connection_closed,
       dt_websocket_disconnect_event
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY engine_instance_id, websocket_connection_id ORDER BY id DESC) AS stage_from_last
    FROM engine_db_log_websocket_connection
) stages
WHERE stage_from_last = 1;

CREATE VIEW v_engine_db_log_websocket_message_latest AS
SELECT id, event_id, engine_instance_id, logged_at, recording_id, message_type, audio_frame_no, dt_message_received,
       dt_message_process_started, websocket_connection_id, message_id, dt_message_process_queued_to_start
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY engine_instance_id, websocket_connection_id, message_id ORDER BY id DESC) AS stage_from_last
    FROM engine_db_log_websocket_message
) stages
WHERE stage_from_last = 1;

CREATE VIEW v_engine_db_log_process_registry_latest AS
SELECT id, event_id, engine_instance_id, logged_at, process_id, start_time, last_heartbeat, active_tasks,
       database_connections, memory_usage_mb, cpu_percent, dt_added
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY engine_instance_id, process_id ORDER BY id DESC) AS stage_from_last
    FROM engine_db_log_process_registry
) stages
WHERE stage_from_last = 1;

-- All tables in one, under the names that the original's union had.
CREATE VIEW v_all_logging_data AS
SELECT CAST('ALLUVIUM' AS varchar(20)) AS data_source, CAST('ENGINE_DB_LOG_FUNCTIONS' AS varchar(50)) AS table_name,
       engine_instance_id, recording_id, CAST(NULL AS integer) AS start_ms,
       CAST(NULL AS integer) AS end_ms, python_function_name AS source_method, CAST(NULL AS float) AS hz,
       CAST(NULL AS float) AS confidence, frame_no AS audio_frame_no, CAST(NULL AS integer) AS sample_rate, COALESCE(dt_added, logged_at) AS dt_added
FROM engine_db_log_functions
UNION ALL
SELECT CAST('ALLUVIUM' AS varchar(20)) AS data_source, CAST('ENGINE_DB_LOG_FUNCTION_ERROR' AS varchar(50)) AS table_name,
       engine_instance_id, recording_id, start_ms,
       end_ms, python_function_name AS source_method, CAST(NULL AS float) AS hz,
       CAST(NULL AS float) AS confidence, audio_frame_no, CAST(NULL AS integer) AS sample_rate, COALESCE(dt_added, logged_at) AS dt_added
FROM engine_db_log_function_error
UNION ALL
SELECT CAST('ALLUVIUM' AS varchar(20)) AS data_source, CAST('ENGINE_DB_LOG_PRE_SPLIT_AUDIO_FRAME' AS varchar(50)) AS table_name,
       engine_instance_id, recording_id, start_ms,
       end_ms, CAST(NULL AS varchar(100)) AS source_method, CAST(NULL AS float) AS hz,
       CAST(NULL AS float) AS confidence, audio_frame_no, CAST(NULL AS integer) AS sample_rate, logged_at AS dt_added
FROM engine_db_log_pre_split_audio_frame
UNION ALL
SELECT CAST('ALLUVIUM' AS varchar(20)) AS data_source, CAST('ENGINE_DB_LOG_SPLIT_100_MS_AUDIO_FRAME' AS varchar(50)) AS table_name,
       engine_instance_id, recording_id, start_ms,
       end_ms, CAST(NULL AS varchar(100)) AS source_method, CAST(NULL AS float) AS hz,
       CAST(NULL AS float) AS confidence, audio_frame_no, CAST(NULL AS integer) AS sample_rate, COALESCE(dt_added, logged_at) AS dt_added
FROM engine_db_log_split_100_ms_audio_frame
UNION ALL
SELECT CAST('ALLUVIUM' AS varchar(20)) AS data_source, CAST('ENGINE_DB_LOG_RECORDING_CONFIG' AS varchar(50)) AS table_name,
       engine_instance_id, recording_id, CAST(NULL AS integer) AS start_ms,
       CAST(NULL AS integer) AS end_ms, CAST(NULL AS varchar(100)) AS source_method, CAST(NULL AS float) AS hz,
       CAST(NULL AS float) AS confidence, CAST(NULL AS integer) AS audio_frame_no, CAST(NULL AS integer) AS sample_rate, COALESCE(dt_added, logged_at) AS dt_added
FROM engine_db_log_recording_config
UNION ALL
SELECT CAST('ALLUVIUM' AS varchar(20)) AS data_source, CAST('ENGINE_DB_LOG_WEBSOCKET_CONNECTION' AS varchar(50)) AS table_name,
       engine_instance_id, CAST(NULL AS bigint) AS recording_id, CAST(NULL AS integer) AS start_ms,
       CAST(NULL AS integer) AS end_ms, CAST(NULL AS varchar(100)) AS source_method, CAST(NULL AS float) AS hz,
       CAST(NULL AS float) AS confidence, CAST(NULL AS integer) AS audio_frame_no, CAST(NULL AS integer) AS sample_rate, logged_at AS dt_added
FROM engine_db_log_websocket_connection
UNION ALL
SELECT CAST('ALLUVIUM' AS varchar(20)) AS data_source, CAST('ENGINE_DB_LOG_WEBSOCKET_MESSAGE' AS varchar(50)) AS table_name,
       engine_instance_id, recording_id, CAST(NULL AS integer) AS start_ms,
       CAST(NULL AS integer) AS end_ms, CAST(NULL AS varchar(100)) AS source_method, CAST(NULL AS float) AS hz,
       CAST(NULL AS float) AS confidence, audio_frame_no, CAST(NULL AS integer) AS sample_rate, logged_at AS dt_added
FROM engine_db_log_websocket_message
UNION ALL
SELECT CAST('ALLUVIUM' AS varchar(20)) AS data_source, CAST('ENGINE_DB_LOG_PROCESS_REGISTRY' AS varchar(50)) AS table_name,
       engine_instance_id, CAST(NULL AS bigint) AS recording_id, CAST(NULL AS integer) AS start_ms,
       CAST(NULL AS integer) AS end_ms, CAST(NULL AS varchar(100)) AS source_method, CAST(NULL AS float) AS hz,
       CAST(NULL AS float) AS confidence, CAST(NULL AS integer) AS audio_frame_no, CAST(NULL AS integer) AS sample_rate, COALESCE(dt_added, logged_at) AS dt_added
FROM engine_db_log_process_registry
UNION ALL
SELECT CAST('ALLUVIUM' AS varchar(20)) AS data_source, CAST('ENGINE_DB_LOG_STEPS' AS varchar(50)) AS table_name,
       engine_instance_id, recording_id, CAST(NULL AS integer) AS start_ms,
       CAST(NULL AS integer) AS end_ms, python_function_name AS source_method, CAST(NULL AS float) AS hz,
       CAST(NULL AS float) AS confidence, frame_no AS audio_frame_no, CAST(NULL AS integer) AS sample_rate, COALESCE(dt_added, logged_at) AS dt_added
FROM engine_db_log_steps
UNION ALL
SELECT CAST('ALLUVIUM' AS varchar(20)) AS data_source, CAST('ENGINE_DB_LOG_RESOURCE_MONITOR' AS varchar(50)) AS table_name,
       engine_instance_id, CAST(NULL AS bigint) AS recording_id, CAST(NULL AS integer) AS start_ms,
       CAST(NULL AS integer) AS end_ms, CAST(NULL AS varchar(100)) AS source_method, CAST(NULL AS float) AS hz,
       CAST(NULL AS float) AS confidence, CAST(NULL AS integer) AS audio_frame_no, CAST(NULL AS integer) AS sample_rate, COALESCE(dt_added, logged_at) AS dt_added
FROM engine_db_log_resource_monitor;
