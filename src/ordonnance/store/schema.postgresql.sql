-- The schema as it stands, to be read; made by the migrations, and a test proves they agree.
-- PostgreSQL, partitioned by month of writing. The same tables on SQLite: schema.sqlite.sql.

CREATE TABLE prescription (
    bucket smallint NOT NULL,
    number text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL,
    document bytea NOT NULL,
    resources bytea NOT NULL,
    PRIMARY KEY (bucket, number)
) PARTITION BY RANGE (number);

CREATE TABLE fact (
    bucket smallint NOT NULL,
    number text COLLATE "C" NOT NULL,
    rank integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    operation text NOT NULL,
    document bytea NOT NULL,
    resources bytea,
    PRIMARY KEY (bucket, number, rank)
) PARTITION BY RANGE (number);

CREATE TABLE patient_index (
    bucket smallint NOT NULL,
    patient_key text NOT NULL,
    authored_at timestamptz NOT NULL,
    number text COLLATE "C" NOT NULL,
    prescriber text,
    PRIMARY KEY (bucket, patient_key, authored_at, number)
) PARTITION BY RANGE (number);

CREATE TABLE journal_entry (
    bucket smallint NOT NULL,
    number text COLLATE "C" NOT NULL,
    chain text NOT NULL,
    rank integer NOT NULL,
    position integer NOT NULL,
    at timestamptz NOT NULL,
    salt bytea NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (bucket, number, chain, rank, position)
) PARTITION BY RANGE (number);

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
);

CREATE INDEX journal_block_opening ON journal_block (bucket, chain) WHERE rank = 0;

CREATE TABLE referential (
    version text NOT NULL,
    source_digest text NOT NULL,
    effective_on text COLLATE "C" NOT NULL,
    loaded_at timestamptz NOT NULL,
    medicine_count integer NOT NULL,
    product_count integer NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE referential_product (
    version text NOT NULL,
    cis text NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (version, cis)
);

CREATE TABLE purge (
    bucket smallint NOT NULL,
    chain text NOT NULL,
    rank integer NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (bucket, chain, rank)
);

CREATE TABLE purge_tally (
    month text NOT NULL,
    kind text NOT NULL,
    row_count bigint NOT NULL,
    PRIMARY KEY (month, kind)
);

CREATE INDEX patient_index_patient ON patient_index (patient_key, number);

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

CREATE TABLE alert (
    bucket smallint NOT NULL,
    number text COLLATE "C" NOT NULL,
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
) PARTITION BY RANGE (number);

CREATE INDEX patient_index_prescriber ON patient_index (prescriber, authored_at, number);

CREATE INDEX alert_sender ON alert (sender, told_at, number, rank, position);

CREATE INDEX alert_prescriber ON alert (prescriber, told_at, number, rank, position);

CREATE INDEX alert_department ON alert (department, told_at, number, rank, position);

CREATE INDEX alert_told ON alert (told_at, number, rank, position) WHERE position >= 0;

CREATE INDEX alert_waiting ON alert (sender, number) WHERE code = 'WAITING' AND ended_at IS NULL;

CREATE TABLE preserie_event (
    preserie text COLLATE "C" NOT NULL,
    rank integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    operation text NOT NULL,
    party text NOT NULL,
    key text NOT NULL,
    digest text NOT NULL,
    document bytea NOT NULL,
    chain text COLLATE "C" NOT NULL,
    block integer NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (preserie, rank)
);

CREATE TABLE trace (
    am text NOT NULL,
    trace_id text NOT NULL,
    operation text NOT NULL,
    command text NOT NULL,
    version text NOT NULL,
    workstation text NOT NULL,
    made_on text NOT NULL,
    made_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    attempt integer NOT NULL,
    is_done integer NOT NULL,
    is_business_refusal integer NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (am, trace_id)
);

CREATE INDEX trace_day ON trace (made_on, am);

CREATE INDEX trace_command ON trace (command);

CREATE TABLE trace_workstation (
    am text NOT NULL,
    workstation text NOT NULL,
    last_received_at timestamptz NOT NULL,
    gap_ms bigint,
    taken_count bigint NOT NULL,
    duplicate_count bigint NOT NULL,
    PRIMARY KEY (am, workstation)
);

CREATE TABLE recorded_command (
    am text NOT NULL,
    operation text NOT NULL,
    command text NOT NULL,
    recorded_on text NOT NULL,
    document bytea,
    month text,
    PRIMARY KEY (am, operation, command)
);

CREATE INDEX recorded_command_day ON recorded_command (recorded_on);

CREATE INDEX recorded_command_key ON recorded_command (command);

CREATE TABLE trace_refusal (
    am text NOT NULL,
    workstation text NOT NULL,
    rule text NOT NULL,
    refused_count bigint NOT NULL,
    last_line integer NOT NULL,
    last_received_at timestamptz NOT NULL,
    last_received_on text NOT NULL,
    PRIMARY KEY (am, workstation, rule)
);

CREATE TABLE scor_lot (
    am text NOT NULL,
    lot text NOT NULL,
    digest text NOT NULL,
    received_on text NOT NULL,
    received_at timestamptz NOT NULL,
    document bytea NOT NULL,
    arl bytea NOT NULL,
    phase text NOT NULL DEFAULT '1',
    PRIMARY KEY (am, lot)
);

CREATE INDEX scor_lot_day ON scor_lot (received_on, am);

CREATE TABLE scor_piece (
    am text NOT NULL,
    invoice text NOT NULL,
    piece text NOT NULL,
    lot text NOT NULL,
    received_at timestamptz NOT NULL,
    decision text NOT NULL,
    verdict text NOT NULL,
    PRIMARY KEY (am, invoice, piece, lot)
);

CREATE INDEX scor_piece_lot ON scor_piece (am, lot);

CREATE TABLE scor_scan (
    am text NOT NULL,
    lot text NOT NULL,
    part text NOT NULL,
    media text NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (am, lot, part)
);

CREATE TABLE preserie_document (
    preserie text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size integer NOT NULL,
    kept_at timestamptz NOT NULL,
    party text NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (preserie, sha256)
);

CREATE TABLE mail (
    preserie text COLLATE "C" NOT NULL,
    letter text NOT NULL,
    party text NOT NULL,
    address text NOT NULL,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    problem text,
    sent_at timestamptz,
    proof text,
    PRIMARY KEY (preserie, letter, party, address)
);

CREATE INDEX mail_waiting ON mail (next_attempt_at) WHERE state = 'WAITING';

CREATE INDEX mail_addressless ON mail (created_at) WHERE state = 'NO_ADDRESS';
