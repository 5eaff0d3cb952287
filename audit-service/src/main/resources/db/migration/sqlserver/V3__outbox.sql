-- Events that are committed and not yet known to be in Kafka.
-- Only rows may be locked: the relay steps over locked rows, and a locked page would hide committed ones.
CREATE TABLE outbox (
    id         bigint IDENTITY(1, 1) NOT NULL,
    event_id   varchar(36)   NOT NULL,
    topic      varchar(249)  NOT NULL,
    record_key nvarchar(400) NOT NULL,
    headers    nvarchar(max) NOT NULL,
    payload    nvarchar(max) NOT NULL,
    created_at datetime2(7)  NOT NULL DEFAULT sysutcdatetime(),
    CONSTRAINT outbox_pk PRIMARY KEY CLUSTERED (id) WITH (ALLOW_PAGE_LOCKS = OFF)
);

-- Nor may the whole table be: business transactions would wait for the relay.
ALTER TABLE outbox SET (LOCK_ESCALATION = DISABLE);
