-- SPDX-License-Identifier: Apache-2.0
-- The texts of the laws and an index of their words, in a file of their own: it can be filled again from its source.

CREATE TABLE laws (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    tag TEXT NOT NULL,
    hash TEXT NOT NULL,
    abbreviation TEXT NOT NULL,
    title TEXT NOT NULL,
    issued TEXT NOT NULL,
    status TEXT NOT NULL,
    text_date TEXT NOT NULL
);

-- A small rank is a better name: abbreviations come before titles.
CREATE TABLE law_names (
    name TEXT NOT NULL,
    rank INTEGER NOT NULL,
    law_id INTEGER NOT NULL REFERENCES laws (id) ON DELETE CASCADE,
    PRIMARY KEY (name, rank, law_id)
) WITHOUT ROWID;

CREATE INDEX law_names_by_law ON law_names (law_id);

CREATE TABLE norms (
    id INTEGER PRIMARY KEY,
    law_id INTEGER NOT NULL REFERENCES laws (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    title TEXT NOT NULL,
    section TEXT NOT NULL,
    text TEXT NOT NULL,
    footnotes TEXT NOT NULL,
    is_repealed INTEGER NOT NULL CHECK (is_repealed IN (0, 1))
);

CREATE INDEX norms_by_law ON norms (law_id, id);

CREATE TABLE norm_keys (
    law_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    norm_id INTEGER NOT NULL REFERENCES norms (id) ON DELETE CASCADE,
    PRIMARY KEY (law_id, name, norm_id)
) WITHOUT ROWID;

CREATE INDEX norm_keys_by_norm ON norm_keys (norm_id);

-- Stems, not words; the row ids are those of the tables above.
CREATE VIRTUAL TABLE law_words USING fts5 (names, title, tokenize = 'unicode61 remove_diacritics 0', prefix = '4');

CREATE VIRTUAL TABLE norm_words USING fts5 (title, section, text, tokenize = 'unicode61 remove_diacritics 0', prefix = '4');
