-- The schema as it stands, to be read; made by the migrations, and a test proves they agree.
-- SQLite. The same tables on PostgreSQL: schema.postgresql.sql.

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
    prescriber text,
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

CREATE TABLE referential (
    version text NOT NULL,
    source_digest text NOT NULL,
    effective_on text NOT NULL,
    loaded_at timestamptz NOT NULL,
    medicine_count integer NOT NULL,
    product_count integer NOT NULL,
    PRIMARY KEY (version)
) WITHOUT ROWID;

CREATE TABLE referential_product (
    version text NOT NULL,
    cis text NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (version, cis)
) WITHOUT ROWID;

CREATE TABLE purge (
    bucket smallint NOT NULL,
    chain text NOT NULL,
    rank integer NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (bucket, chain, rank)
) WITHOUT ROWID;

CREATE TABLE purge_tally (
    month text NOT NULL,
    kind text NOT NULL,
    row_count bigint NOT NULL,
    PRIMARY KEY (month, kind)
) WITHOUT ROWID;

CREATE INDEX patient_index_patient ON patient_index (patient_key, number);

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

CREATE TABLE alert (
    bucket smallint NOT NULL,
    number text NOT NULL,
    rank integer NOT NULL,
    position integer NOT NULL,
    told_at timestamptz NOT NULL,
    code text NOT NULL,
    execution integer,
    sender text NOT NULL,
    department text,
    prescriber text,
    ended_at timestamptz,
    document bytea NOT NULL,
    PRIMARY KEY (bucket, number, rank, position)
) WITHOUT ROWID;

CREATE INDEX patient_index_prescriber ON patient_index (prescriber, authored_at, number);

CREATE INDEX alert_sender ON alert (sender, told_at, number, rank, position);

CREATE INDEX alert_prescriber ON alert (prescriber, told_at, number, rank, position);

CREATE INDEX alert_department ON alert (department, told_at, number, rank, position);

CREATE INDEX alert_told ON alert (told_at, number, rank, position) WHERE position >= 0;

CREATE INDEX alert_waiting ON alert (sender, number) WHERE code = 'WAITING' AND ended_at IS NULL;

CREATE TABLE preserie_event (
    preserie text NOT NULL,
    rank integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    operation text NOT NULL,
    party text NOT NULL,
    key text NOT NULL,
    digest text NOT NULL,
    document bytea NOT NULL,
    chain text NOT NULL,
    block integer NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (preserie, rank)
) WITHOUT ROWID;
