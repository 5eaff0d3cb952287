-- How long an access token lasted when the provider gave it; null for one that somebody else brought, of which only the
-- rest is known. One that never lasts long is refreshed when half of this is over, not each time somebody asks.
ALTER TABLE oauth_tokens ADD COLUMN lifetime_seconds bigint;
