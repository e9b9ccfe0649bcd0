-- The base: prescriptions, the facts since, where a patient's are, and the journal.
-- Types are PostgreSQL's names. Every key begins with the bucket.

CREATE TABLE prescription (
    bucket smallint NOT NULL,
    number text NOT NULL,
    recorded_at timestamptz NOT NULL,
    document bytea NOT NULL,
    resources bytea NOT NULL,
    PRIMARY KEY (bucket, number)
) WITHOUT ROWID;

CREATE TABLE fact (
    bucket smallint NOT NULL,
    number text NOT NULL,
    rank integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    operation text NOT NULL,
    document bytea NOT NULL,
    resources bytea,
    PRIMARY KEY (bucket, number, rank)
) WITHOUT ROWID;

CREATE TABLE patient_index (
    bucket smallint NOT NULL,
    patient_key text NOT NULL,
    authored_at timestamptz NOT NULL,
    number text NOT NULL,
    PRIMARY KEY (bucket, patient_key, authored_at, number)
) WITHOUT ROWID;

CREATE TABLE journal_entry (
    bucket smallint NOT NULL,
    number text NOT NULL,
    chain text NOT NULL,
    rank integer NOT NULL,
    position integer NOT NULL,
    at timestamptz NOT NULL,
    salt bytea NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (bucket, number, chain, rank, position)
) WITHOUT ROWID;

CREATE TABLE journal_block (
    bucket smallint NOT NULL,
    chain text NOT NULL,
    rank integer NOT NULL,
    previous bytea NOT NULL,
    at timestamptz NOT NULL,
    digests bytea NOT NULL,
    months text NOT NULL,
    heads text NOT NULL,
    PRIMARY KEY (bucket, chain, rank)
) WITHOUT ROWID;

CREATE INDEX journal_block_opening ON journal_block (bucket, chain) WHERE rank = 0;
