-- What the write path itself keeps in the schema of every service. Text that is looked for is compared by code points,
-- whatever the collation of the database: case matters.

-- How far each partition is stored, and its books since the topic exists.
-- Rows, dead letters and this row change in one transaction. A row that is removed, so that its partition is read again,
-- comes back with new books.
CREATE TABLE sink_offset (
    topic           nvarchar(249)    COLLATE Latin1_General_BIN2 NOT NULL,
    topic_id        uniqueidentifier NOT NULL,
    kafka_partition int              NOT NULL,
    next_offset     bigint           NOT NULL,
    polled          bigint           NOT NULL DEFAULT 0,
    stored          bigint           NOT NULL DEFAULT 0,
    duplicate       bigint           NOT NULL DEFAULT 0,
    collapsed       bigint           NOT NULL DEFAULT 0,
    dead            bigint           NOT NULL DEFAULT 0,
    updated_at      datetime2(7)     NOT NULL DEFAULT SYSUTCDATETIME(),
    books           bigint           IDENTITY(1, 1) NOT NULL,
    CONSTRAINT sink_offset_pk PRIMARY KEY (topic_id, kafka_partition),
    CONSTRAINT sink_offset_balance CHECK (polled = stored + duplicate + collapsed + dead)
);

-- Records that could not become rows, whole, so that they can be sent again once the cause is mended.
-- `books` are those that counted the record last.
CREATE TABLE dead_letter (
    id              bigint           IDENTITY(1, 1) NOT NULL,
    topic           nvarchar(249)    COLLATE Latin1_General_BIN2 NOT NULL,
    topic_id        uniqueidentifier NOT NULL,
    kafka_partition int              NOT NULL,
    kafka_offset    bigint           NOT NULL,
    record_key      varbinary(max),
    headers         nvarchar(max)    NOT NULL,
    payload         varbinary(max),
    reason          nvarchar(1000)   COLLATE Latin1_General_BIN2 NOT NULL,
    sql_state       nvarchar(10)     COLLATE Latin1_General_BIN2,
    failed_at       datetime2(7)     NOT NULL DEFAULT SYSUTCDATETIME(),
    status          nvarchar(10)     COLLATE Latin1_General_BIN2 NOT NULL DEFAULT 'OPEN',
    resolved_at     datetime2(7),
    resolved_by     nvarchar(100),
    books           bigint           NOT NULL,
    CONSTRAINT dead_letter_pk PRIMARY KEY (id),
    CONSTRAINT dead_letter_record UNIQUE (topic_id, kafka_partition, kafka_offset),
    CONSTRAINT dead_letter_status CHECK (status IN ('OPEN', 'REDRIVEN', 'DISCARDED'))
);
