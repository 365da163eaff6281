-- SPDX-License-Identifier: Apache-2.0
-- Roles, groups, permissions, limits, usage, sessions, audit and settings. Days and months count from 1970, UTC.

ALTER TABLE users ADD COLUMN display_name TEXT NOT NULL DEFAULT '';

ALTER TABLE users ADD COLUMN email TEXT NOT NULL DEFAULT '';

ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'operator', 'admin'));

-- Nobody can sign in without one.
ALTER TABLE users ADD COLUMN password_hash TEXT;

ALTER TABLE users ADD COLUMN must_change_password INTEGER NOT NULL DEFAULT 0 CHECK (must_change_password IN (0, 1));

ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT '';

ALTER TABLE users ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;

ALTER TABLE users ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

ALTER TABLE users ADD COLUMN budget_daily INTEGER;

ALTER TABLE users ADD COLUMN budget_monthly INTEGER;

ALTER TABLE users ADD COLUMN budget_total INTEGER;

ALTER TABLE users ADD COLUMN requests_per_minute INTEGER;

ALTER TABLE users ADD COLUMN parallel_requests INTEGER;

UPDATE users SET updated_at = created_at;

-- Names are compared and sorted like this on every back end.
CREATE UNIQUE INDEX users_by_name ON users (lower(name));

ALTER TABLE api_keys ADD COLUMN profile TEXT NOT NULL DEFAULT '';

ALTER TABLE api_keys ADD COLUMN requests_per_minute INTEGER;

ALTER TABLE api_keys ADD COLUMN parallel_requests INTEGER;

CREATE TABLE user_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    budget_daily INTEGER,
    budget_monthly INTEGER,
    budget_total INTEGER,
    requests_per_minute INTEGER,
    parallel_requests INTEGER
) STRICT;

CREATE UNIQUE INDEX user_groups_by_name ON user_groups (lower(name));

CREATE TABLE group_members (
    group_id INTEGER NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_members_by_user ON group_members (user_id, group_id);

CREATE TABLE user_permissions (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    resource TEXT NOT NULL,
    PRIMARY KEY (user_id, type, resource)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_permissions (
    group_id INTEGER NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    resource TEXT NOT NULL,
    PRIMARY KEY (group_id, type, resource)
) STRICT, WITHOUT ROWID;

-- What is used counts for the day and the month named beside it only.
CREATE TABLE budget_use (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    month_index INTEGER NOT NULL,
    used_today INTEGER NOT NULL,
    used_month INTEGER NOT NULL,
    used_total INTEGER NOT NULL
) STRICT;

-- What many records have in common. The id is made of the texts; no record is later than last_at.
CREATE TABLE usage_kinds (
    id INTEGER PRIMARY KEY,
    model TEXT NOT NULL,
    mode TEXT NOT NULL,
    profile TEXT NOT NULL,
    experts TEXT NOT NULL,
    nodes TEXT NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;

-- Outlives its user and key: the ids are 0 then. Status: 0 ok, 1 budget exceeded, 2 error, 3 cancelled.
CREATE TABLE usage_records (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    kind_id INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    is_estimated INTEGER NOT NULL,
    status INTEGER NOT NULL,
    latency_ms INTEGER NOT NULL,
    first_token_ms INTEGER NOT NULL,
    is_cache_hit INTEGER NOT NULL
) STRICT;

-- Each ends with the id by itself. There are no more of them, because every request waits for none but pays for all.
CREATE INDEX usage_records_by_user ON usage_records (user_id, at);

CREATE INDEX usage_records_by_time ON usage_records (at);

-- How far a journal of usage has been taken over.
CREATE TABLE journal_state (
    journal TEXT PRIMARY KEY,
    last_sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id, id);

CREATE TABLE audit_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    before_json TEXT NOT NULL,
    after_json TEXT NOT NULL,
    is_success INTEGER NOT NULL,
    folded INTEGER NOT NULL CHECK (folded >= 1)
) STRICT;

CREATE INDEX audit_entries_by_time ON audit_entries (at, id);

CREATE INDEX audit_entries_by_actor ON audit_entries (actor, at, id);

CREATE INDEX audit_entries_by_object ON audit_entries (object, at, id);

-- Entries before this time may be deleted, others never.
CREATE TABLE audit_retention (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    deletable_before INTEGER NOT NULL
) STRICT;

INSERT INTO audit_retention (id, deletable_before) VALUES (1, 0);

-- Whose entries become anonymous, and the name they get. Holds rows only inside a transaction that does so.
CREATE TABLE audit_erasure (
    name TEXT PRIMARY KEY,
    pseudonym TEXT NOT NULL CHECK (pseudonym LIKE 'user:#%')
) STRICT, WITHOUT ROWID;

-- Folding more refusals into an entry and making it anonymous is all that may be done to it.
CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
WHEN NOT (
    NEW.folded > OLD.folded
    AND (NEW.id, NEW.at, NEW.actor, NEW.address, NEW.action, NEW.object, NEW.before_json, NEW.after_json,
        NEW.is_success)
    IS (OLD.id, OLD.at, OLD.actor, OLD.address, OLD.action, OLD.object, OLD.before_json, OLD.after_json,
        OLD.is_success)
) AND NOT (
    EXISTS (SELECT 1 FROM audit_erasure WHERE name IN (OLD.actor, OLD.object))
    AND (NEW.id, NEW.at, NEW.action, NEW.is_success, NEW.folded)
    IS (OLD.id, OLD.at, OLD.action, OLD.is_success, OLD.folded)
    AND NEW.actor = coalesce((SELECT pseudonym FROM audit_erasure WHERE name = OLD.actor), OLD.actor)
    AND NEW.object = coalesce((SELECT pseudonym FROM audit_erasure WHERE name = OLD.object), OLD.object)
    AND NEW.address = CASE
        WHEN EXISTS (SELECT 1 FROM audit_erasure WHERE name = OLD.actor OR OLD.actor = '' AND name = OLD.object)
        THEN '' ELSE OLD.address END
    AND (NEW.before_json, NEW.after_json) IS (
        SELECT CASE WHEN count(*) = 0 THEN OLD.before_json ELSE '' END,
            CASE WHEN count(*) = 0 THEN OLD.after_json ELSE '' END
        FROM audit_erasure WHERE name = OLD.object)
)
BEGIN
    SELECT RAISE(ABORT, 'audit entries are not changed');
END;

CREATE TRIGGER audit_entries_are_kept BEFORE DELETE ON audit_entries
WHEN OLD.at >= (SELECT deletable_before FROM audit_retention)
BEGIN
    SELECT RAISE(ABORT, 'audit entries are kept until their retention ends');
END;

CREATE TABLE settings_versions (
    version INTEGER PRIMARY KEY,
    document TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
