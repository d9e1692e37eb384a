-- Teams, their users and keys, contacts with the keys that find them, and stored replies.
-- Every primary key and every unique index starts with team_id, so that teams are apart and the schema can be
-- distributed by team. Times are milliseconds since 1970, booleans 0 or 1, long tails JSON text. On SQLite, where
-- it says so, a table is its own primary key's index.

CREATE TABLE teams (
    team_id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (team_id)
);

CREATE TABLE users (
    team_id TEXT NOT NULL,
    id TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    title TEXT,
    email TEXT,
    is_admin BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (team_id, id)
);

CREATE TABLE api_keys (
    team_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    hint TEXT NOT NULL,
    -- SHA-256 of the secret in hexadecimal digits; the secret itself is kept nowhere.
    secret_hash TEXT NOT NULL,
    -- Null for a master key, else the names of endpoints with commas between them.
    scopes TEXT,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (team_id, id)
);

-- A key is looked up before its team is known.
CREATE INDEX api_keys_by_secret_hash ON api_keys (secret_hash);

CREATE TABLE contact_stages (
    team_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    display_order BIGINT NOT NULL,
    category TEXT,
    ignore_trigger_override BIGINT,
    PRIMARY KEY (team_id, id)
);

CREATE TABLE contacts (
    team_id TEXT NOT NULL,
    id TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    title TEXT,
    organization_name TEXT,
    email TEXT,
    contact_stage_id TEXT,
    owner_id TEXT,
    creator_id TEXT,
    person_id TEXT,
    account_id TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (team_id, id)
);

-- Which contacts a key may lead to. A fingerprint is the first eight bytes of the key's digest, so whoever finds a
-- contact here still compares the whole key.
CREATE TABLE contact_keys (
    team_id TEXT NOT NULL,
    fingerprint BIGINT NOT NULL,
    contact_id TEXT NOT NULL,
    PRIMARY KEY (team_id, fingerprint, contact_id)
) /* WITHOUT ROWID */;

CREATE TABLE labels (
    team_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    cached_count BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (team_id, id),
    UNIQUE (team_id, name)
);

-- Answers to calls with an Idempotency-Key, written in the same transaction as the effect.
CREATE TABLE replies (
    team_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    body TEXT,
    warnings TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (team_id, idempotency_key)
) /* WITHOUT ROWID */;

CREATE INDEX replies_by_age ON replies (created_at);
