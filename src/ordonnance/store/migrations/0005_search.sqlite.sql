-- What searches and alerts need: prescriptions by who prescribed them, and alerts by whom they
-- concern: a site, a prescriber, a caisse. Rows written before get their prescriber from the
-- documents, which are still plain.

ALTER TABLE patient_index ADD COLUMN prescriber text;

UPDATE patient_index
SET prescriber = (
    SELECT substr(
        CAST(prescription.document AS text),
        instr(CAST(prescription.document AS text), '"prescriber":{"value":"') + 23,
        11
    )
    FROM prescription
    WHERE prescription.bucket = patient_index.bucket
        AND prescription.number = patient_index.number
);

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
