-- The nomenclatures (LPP, NABM): their editions, all remembered, and the codes of those that may
-- still serve. Neither depends on a prescription, so neither is partitioned.

CREATE TABLE nomenclature (
    version text NOT NULL,
    system text NOT NULL,
    source_digest text NOT NULL,
    effective_on text COLLATE "C" NOT NULL,
    loaded_at timestamptz NOT NULL,
    code_count integer NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE nomenclature_code (
    version text NOT NULL,
    code text COLLATE "C" NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (version, code)
);
