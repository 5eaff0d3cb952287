-- OAuth tokens, one row for each service and type. The tokens are AES-256-GCM under the key that key_id names, bound to
-- this service, type and column: moved to another row or column they cannot be read.
CREATE TABLE oauth_tokens (
    id                  bigint                   GENERATED ALWAYS AS IDENTITY,
    service_name        varchar(100) COLLATE "C" NOT NULL,
    token_type          varchar(50) COLLATE "C"  NOT NULL,
    key_id              varchar(50) COLLATE "C"  NOT NULL,
    access_token        bytea                    NOT NULL,
    refresh_token       bytea,
    -- HMAC-SHA256 under a key derived from the one that key_id names: finds a token and tells nothing of it.
    refresh_token_hash  bytea,
    scope               varchar(2000),
    expires_at          timestamptz              NOT NULL,
    -- Grows with every new token: who refreshed one that is no longer the present one notices.
    version             bigint                   NOT NULL DEFAULT 1,
    -- Whoever has the lease asks the provider; it ends by itself when that process dies.
    refresh_lease_until timestamptz,
    refresh_failures    integer                  NOT NULL DEFAULT 0,
    refresh_not_before  timestamptz,
    refresh_error       varchar(200),
    -- The provider will never take this refresh token again.
    refresh_refused     boolean                  NOT NULL DEFAULT false,
    created_at          timestamptz              NOT NULL DEFAULT now(),
    updated_at          timestamptz              NOT NULL DEFAULT now(),
    CONSTRAINT oauth_tokens_pk PRIMARY KEY (id),
    CONSTRAINT oauth_tokens_name UNIQUE (service_name, token_type),
    CONSTRAINT oauth_tokens_hash CHECK ((refresh_token IS NULL) = (refresh_token_hash IS NULL))
);

CREATE INDEX idx_oauth_tokens_refresh ON oauth_tokens (refresh_token_hash) WHERE refresh_token_hash IS NOT NULL;
CREATE INDEX oauth_tokens_expiry ON oauth_tokens (expires_at);

-- Every attempt to refresh. No reference to the token: what happened stays when the token is deleted, and an attempt on
-- one that never was is kept, too.
CREATE TABLE token_refresh_audit (
    id                  bigint       GENERATED ALWAYS AS IDENTITY,
    token_id            bigint,
    service_name        varchar(100),
    token_type          varchar(50),
    refreshed_at        timestamptz  NOT NULL DEFAULT now(),
    previous_expires_at timestamptz,
    new_expires_at      timestamptz,
    success             boolean      NOT NULL,
    error_message       varchar(200),
    CONSTRAINT token_refresh_audit_pk PRIMARY KEY (id)
);

CREATE INDEX token_refresh_audit_time ON token_refresh_audit (refreshed_at);
CREATE INDEX token_refresh_audit_success ON token_refresh_audit (success, refreshed_at);
CREATE INDEX token_refresh_audit_token ON token_refresh_audit (token_id, refreshed_at);
