-- What is delivered in order goes through one lane: the events of one order_key. A lane is there as long as one of its
-- events is pending. Workers claim lanes, never events: how many events wait behind the first one costs nobody anything.
CREATE TABLE webhook_lanes (
    order_key varchar(401) COLLATE "C" NOT NULL,
    -- No event before this seq is pending: where a worker begins to read.
    from_seq  bigint                   NOT NULL,
    -- When a worker may take the lane: its next attempt, or the end of the lease of the worker that has it.
    due_at    timestamptz              NOT NULL,
    -- Another one with each claim: whoever brings results under an older one has lost the lane.
    lease     uuid,
    leased_by varchar(200),
    CONSTRAINT webhook_lanes_pk PRIMARY KEY (order_key)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);

CREATE INDEX webhook_lanes_due ON webhook_lanes (due_at);

-- How each route of an event is doing, while it is neither wholly done nor wholly new: what is done is not repeated.
ALTER TABLE webhook_events ADD COLUMN routes json;

-- No index names a column that delivery changes, and pages keep some room: then settling an event touches no index.
ALTER TABLE webhook_events SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX webhook_events_order ON webhook_events (order_key, seq);
CREATE INDEX webhook_events_received ON webhook_events (received_at, seq);
CREATE INDEX webhook_events_source ON webhook_events (source, received_at, seq);

-- Every attempt to hand an event to a route, for as long as the event is there.
CREATE TABLE webhook_attempts (
    event_seq   bigint                   NOT NULL,
    attempt_id  bigint                   GENERATED ALWAYS AS IDENTITY,
    route       varchar(100) COLLATE "C" NOT NULL,
    number      integer                  NOT NULL,
    started_at  timestamptz              NOT NULL,
    duration_us bigint                   NOT NULL,
    outcome     varchar(9) COLLATE "C"   NOT NULL,
    http_status integer,
    -- What was wrong, or why there was nothing to do. Nothing secret.
    detail      varchar(500),
    CONSTRAINT webhook_attempts_pk PRIMARY KEY (event_seq, attempt_id),
    CONSTRAINT webhook_attempts_outcome CHECK (outcome IN ('delivered', 'failed', 'refused'))
);

-- Events whose status is dead_letter or failed, so that they are found without an index on the status of all events.
CREATE TABLE webhook_dead_letters (
    seq         bigint                   NOT NULL,
    id          uuid                     NOT NULL,
    source      varchar(100) COLLATE "C" NOT NULL,
    event_type  varchar(100) COLLATE "C" NOT NULL,
    module      varchar(100) COLLATE "C",
    order_key   varchar(401) COLLATE "C" NOT NULL,
    received_at timestamptz              NOT NULL,
    status      varchar(11) COLLATE "C"  NOT NULL,
    died_at     timestamptz              NOT NULL,
    CONSTRAINT webhook_dead_letters_pk PRIMARY KEY (seq),
    CONSTRAINT webhook_dead_letters_status CHECK (status IN ('dead_letter', 'failed'))
);

-- Who had dead letters processed again, or gave them up.
CREATE TABLE webhook_reprocess (
    id         uuid         NOT NULL,
    at         timestamptz  NOT NULL DEFAULT now(),
    by_whom    varchar(200) NOT NULL,
    action     varchar(9)   NOT NULL,
    filter     json         NOT NULL,
    events     bigint       NOT NULL,
    CONSTRAINT webhook_reprocess_pk PRIMARY KEY (id),
    CONSTRAINT webhook_reprocess_action CHECK (action IN ('reprocess', 'give_up'))
);

-- How many events of an hour (by their receipt) were received and what became of them. A journal that is only appended to,
-- so that nobody waits for anybody, and that a job folds: what is asked for is always the sum over all rows.
CREATE TABLE webhook_counts (
    hour       timestamptz              NOT NULL,
    source     varchar(100) COLLATE "C" NOT NULL,
    event_type varchar(100) COLLATE "C" NOT NULL,
    module     varchar(100) COLLATE "C",
    fate       varchar(11) COLLATE "C"  NOT NULL,
    events     bigint                   NOT NULL,
    folded     boolean                  NOT NULL DEFAULT false,
    CONSTRAINT webhook_counts_fate CHECK (fate IN ('received', 'completed', 'failed', 'dead_letter'))
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);

CREATE INDEX webhook_counts_hour ON webhook_counts (hour);
CREATE INDEX webhook_counts_journal ON webhook_counts (hour) WHERE NOT folded;

-- The same for all time, as far as it is folded.
CREATE TABLE webhook_totals (
    fate   varchar(11) COLLATE "C" NOT NULL,
    events bigint                  NOT NULL,
    CONSTRAINT webhook_totals_pk PRIMARY KEY (fate)
);

-- Opens the lanes of stored events, and counts them, in the transaction that stores them. KEY SHARE waits for nobody but
-- a worker that is just closing the lane, and makes every such worker wait or leave the lane open: an event can neither
-- be overlooked nor wait for a worker.
CREATE FUNCTION webhook_open_lanes() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    keys   varchar[];
    firsts bigint[];
    held   integer;
BEGIN
    SELECT array_agg(k.order_key ORDER BY k.order_key), array_agg(k.first ORDER BY k.order_key)
    INTO keys, firsts
    FROM (SELECT s.order_key, min(s.seq) AS first FROM stored AS s WHERE s.status = 'pending' GROUP BY s.order_key) AS k;
    IF keys IS NOT NULL THEN
        LOOP
            INSERT INTO webhook_lanes (order_key, from_seq, due_at)
            SELECT n.order_key, n.first, now() FROM unnest(keys, firsts) AS n (order_key, first)
            ON CONFLICT (order_key) DO NOTHING;

            SELECT count(*) INTO held
            FROM (SELECT 1 FROM webhook_lanes AS l WHERE l.order_key = ANY (keys) ORDER BY l.order_key FOR KEY SHARE) AS h;
            EXIT WHEN held = cardinality(keys); -- else one was closed in between
        END LOOP;
        -- Numbers are drawn before they are committed: another consumer's event of the lane may have overtaken these.
        UPDATE webhook_lanes AS l SET from_seq = n.first
        FROM unnest(keys, firsts) AS n (order_key, first)
        WHERE l.order_key = n.order_key AND l.from_seq > n.first;
    END IF;
    INSERT INTO webhook_counts (hour, source, event_type, module, fate, events)
    SELECT date_trunc('hour', s.received_at, 'UTC'), s.source, s.event_type, s.module, 'received', count(*)
    FROM stored AS s
    GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END
$$;

CREATE TRIGGER webhook_events_stored AFTER INSERT ON webhook_events
    REFERENCING NEW TABLE AS stored FOR EACH STATEMENT EXECUTE FUNCTION webhook_open_lanes();

-- Events that were stored before there was delivery.
INSERT INTO webhook_lanes (order_key, from_seq, due_at)
SELECT order_key, min(seq), now() FROM webhook_events WHERE status = 'pending' GROUP BY order_key;

INSERT INTO webhook_counts (hour, source, event_type, module, fate, events)
SELECT date_trunc('hour', received_at, 'UTC'), source, event_type, module, 'received', count(*)
FROM webhook_events
GROUP BY 1, 2, 3, 4;
