-- The referential: its versions, all remembered, and the medicines of those that may still serve.
-- And the prescriptions of a patient by their numbers.

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

CREATE INDEX patient_index_patient ON patient_index (patient_key, number);
