-- What the write path itself keeps in the schema of every service.

-- How far each partition is stored, and its books since the topic exists.
-- Rows, dead letters and this row change in one transaction. A row that is removed, so that its partition is read again,
-- comes back with new books.
CREATE TABLE sink_offset (
    topic           varchar(249) NOT NULL,
    topic_id        uuid         NOT NULL,
    kafka_partition integer      NOT NULL,
    next_offset     bigint       NOT NULL,
    polled          bigint       NOT NULL DEFAULT 0,
    stored          bigint       NOT NULL DEFAULT 0,
    duplicate       bigint       NOT NULL DEFAULT 0,
    collapsed       bigint       NOT NULL DEFAULT 0,
    dead            bigint       NOT NULL DEFAULT 0,
    updated_at      timestamptz  NOT NULL DEFAULT now(),
    books           bigint       GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT sink_offset_pk PRIMARY KEY (topic_id, kafka_partition),
    CONSTRAINT sink_offset_balance CHECK (polled = stored + duplicate + collapsed + dead)
) WITH (fillfactor = 50);

-- Records that could not become rows, whole, so that they can be sent again once the cause is mended.
-- `books` are those that counted the record last.
CREATE TABLE dead_letter (
    id              bigint        GENERATED ALWAYS AS IDENTITY,
    topic           varchar(249)  NOT NULL,
    topic_id        uuid          NOT NULL,
    kafka_partition integer       NOT NULL,
    kafka_offset    bigint        NOT NULL,
    record_key      bytea,
    headers         text          NOT NULL,
    payload         bytea,
    reason          varchar(1000) NOT NULL,
    sql_state       varchar(10),
    failed_at       timestamptz   NOT NULL DEFAULT now(),
    status          varchar(10)   NOT NULL DEFAULT 'OPEN',
    resolved_at     timestamptz,
    resolved_by     varchar(100),
    books           bigint        NOT NULL,
    CONSTRAINT dead_letter_pk PRIMARY KEY (id),
    CONSTRAINT dead_letter_record UNIQUE (topic_id, kafka_partition, kafka_offset),
    CONSTRAINT dead_letter_status CHECK (status IN ('OPEN', 'REDRIVEN', 'DISCARDED'))
);
