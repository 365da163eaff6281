-- SPDX-License-Identifier: Apache-2.0
-- Everything about accounts. Times are milliseconds since 1970, days and months count from 1970, all UTC.
-- One statement a paragraph. Text is compared by its bytes, as on the other back end.

-- Ids are never used twice: old log lines and audit entries keep their meaning.
CREATE TABLE users (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name TEXT COLLATE "C" NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at BIGINT NOT NULL,
    display_name TEXT COLLATE "C" NOT NULL DEFAULT '',
    email TEXT COLLATE "C" NOT NULL DEFAULT '',
    role TEXT COLLATE "C" NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'operator', 'admin')),
    -- Nobody can sign in without one.
    password_hash TEXT,
    must_change_password BOOLEAN NOT NULL DEFAULT FALSE,
    language TEXT NOT NULL DEFAULT '',
    updated_at BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 1,
    budget_daily BIGINT,
    budget_monthly BIGINT,
    budget_total BIGINT,
    requests_per_minute INTEGER,
    parallel_requests INTEGER
);

CREATE UNIQUE INDEX users_by_name ON users (lower(name));

CREATE TABLE api_keys (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL UNIQUE CHECK (length(hash) = 32),
    prefix TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    profile TEXT NOT NULL DEFAULT '',
    requests_per_minute INTEGER,
    parallel_requests INTEGER
);

CREATE INDEX api_keys_by_user ON api_keys (user_id, id);

CREATE INDEX api_keys_by_prefix ON api_keys (prefix);

CREATE TABLE user_groups (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT NOT NULL,
    budget_daily BIGINT,
    budget_monthly BIGINT,
    budget_total BIGINT,
    requests_per_minute INTEGER,
    parallel_requests INTEGER
);

CREATE UNIQUE INDEX user_groups_by_name ON user_groups (lower(name));

CREATE TABLE group_members (
    group_id BIGINT NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
);

CREATE INDEX group_members_by_user ON group_members (user_id, group_id);

CREATE TABLE user_permissions (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type TEXT COLLATE "C" NOT NULL,
    resource TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, type, resource)
);

CREATE TABLE group_permissions (
    group_id BIGINT NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    type TEXT COLLATE "C" NOT NULL,
    resource TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (group_id, type, resource)
);

-- What is used counts for the day and the month named beside it only.
CREATE TABLE budget_use (
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    day BIGINT NOT NULL,
    month_index BIGINT NOT NULL,
    used_today BIGINT NOT NULL,
    used_month BIGINT NOT NULL,
    used_total BIGINT NOT NULL
);

-- What many records have in common. The id is made of the texts; no record is later than last_at.
CREATE TABLE usage_kinds (
    id BIGINT PRIMARY KEY,
    model TEXT COLLATE "C" NOT NULL,
    mode TEXT COLLATE "C" NOT NULL,
    profile TEXT NOT NULL,
    experts TEXT NOT NULL,
    nodes TEXT NOT NULL,
    last_at BIGINT NOT NULL
);

-- Outlives its user and key: the ids are 0 then. Status: 0 ok, 1 budget exceeded, 2 error, 3 cancelled.
CREATE TABLE usage_records (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    kind_id BIGINT NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    is_estimated BOOLEAN NOT NULL,
    status SMALLINT NOT NULL,
    latency_ms BIGINT NOT NULL,
    first_token_ms BIGINT NOT NULL,
    is_cache_hit BOOLEAN NOT NULL
);

CREATE INDEX usage_records_by_user ON usage_records (user_id, at, id);

CREATE INDEX usage_records_by_time ON usage_records (at, id);

-- How far a journal of usage has been taken over.
CREATE TABLE journal_state (
    journal TEXT COLLATE "C" PRIMARY KEY,
    last_sequence BIGINT NOT NULL
);

CREATE TABLE sessions (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    token_hash BYTEA NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_user ON sessions (user_id, id);

CREATE TABLE audit_entries (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    address TEXT NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    before_json TEXT NOT NULL,
    after_json TEXT NOT NULL,
    is_success BOOLEAN NOT NULL,
    folded BIGINT NOT NULL CHECK (folded >= 1)
);

CREATE INDEX audit_entries_by_time ON audit_entries (at, id);

CREATE INDEX audit_entries_by_actor ON audit_entries (actor, at, id);

CREATE INDEX audit_entries_by_object ON audit_entries (object, at, id);

-- Entries before this time may be deleted, others never.
CREATE TABLE audit_retention (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    deletable_before BIGINT NOT NULL
);

INSERT INTO audit_retention (id, deletable_before) VALUES (1, 0);

-- Whose entries become anonymous, and the name they get. Holds rows only inside a transaction that does so.
CREATE TABLE audit_erasure (
    name TEXT COLLATE "C" PRIMARY KEY,
    pseudonym TEXT COLLATE "C" NOT NULL CHECK (pseudonym LIKE 'user:#%')
);

-- Folding more refusals into an entry and making it anonymous is all that may be done to it.
CREATE FUNCTION check_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    folded_more audit_entries%ROWTYPE := OLD;
    anonymous audit_entries%ROWTYPE := OLD;
    new_actor TEXT := (SELECT pseudonym FROM audit_erasure WHERE name = OLD.actor);
    new_object TEXT := (SELECT pseudonym FROM audit_erasure WHERE name = OLD.object);
BEGIN
    folded_more.folded := NEW.folded;
    IF NEW.folded > OLD.folded AND NEW IS NOT DISTINCT FROM folded_more THEN
        RETURN NEW;
    END IF;
    anonymous.actor := coalesce(new_actor, OLD.actor);
    anonymous.object := coalesce(new_object, OLD.object);
    IF new_actor IS NOT NULL OR (OLD.actor = '' AND new_object IS NOT NULL) THEN
        anonymous.address := '';
    END IF;
    IF new_object IS NOT NULL THEN
        anonymous.before_json := '';
        anonymous.after_json := '';
    END IF;
    IF (new_actor IS NOT NULL OR new_object IS NOT NULL) AND NEW IS NOT DISTINCT FROM anonymous THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'audit entries are not changed';
END $$;

CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION check_audit_change();

CREATE FUNCTION check_audit_retention() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at >= (SELECT deletable_before FROM audit_retention) THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
            MESSAGE = 'audit entries are kept until their retention ends';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER audit_entries_are_kept BEFORE DELETE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION check_audit_retention();

CREATE TABLE settings_versions (
    version BIGINT PRIMARY KEY,
    document TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
