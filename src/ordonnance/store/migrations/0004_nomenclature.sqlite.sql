-- The nomenclatures (LPP, NABM): their editions, all remembered, and the codes of those that may
-- still serve.

CREATE TABLE nomenclature (
    version text NOT NULL,
    system text NOT NULL,
    source_digest text NOT NULL,
    effective_on text NOT NULL,
    loaded_at timestamptz NOT NULL,
    code_count integer NOT NULL,
    PRIMARY KEY (version)
) WITHOUT ROWID;

CREATE TABLE nomenclature_code (
    version text NOT NULL,
    code text NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (version, code)
) WITHOUT ROWID;
