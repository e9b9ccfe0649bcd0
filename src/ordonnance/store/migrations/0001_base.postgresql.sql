-- The base: prescriptions, the facts since, where a patient's are, and the journal.
-- Tables of a prescription are partitioned by month: the number begins with it. A month is
-- opened by store/partitions.py and goes as a whole. Every key begins with the bucket.

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
