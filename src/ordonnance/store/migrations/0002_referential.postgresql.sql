-- The referential: its versions, all remembered, and the medicines of those that may still serve;
-- neither depends on a prescription, so neither is partitioned. And the prescriptions of a
-- patient by their numbers: the index goes down to every month, those to come included.

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

CREATE INDEX patient_index_patient ON patient_index (patient_key, number);
