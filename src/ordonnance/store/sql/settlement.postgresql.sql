-- What a set of commands asks of the base, a set in one statement.

-- name: lock_prescriptions
-- Locks the prescriptions of a set in number order, so that two desks never wait for each other.
SELECT prescription.number
FROM unnest(CAST(:bucket AS smallint[]), CAST(:number AS text[])) AS asked (bucket, number)
JOIN prescription
    ON prescription.bucket = asked.bucket AND prescription.number = asked.number COLLATE "C"
ORDER BY prescription.number
FOR UPDATE OF prescription;

-- name: load_prescriptions
-- What was prescribed; the resources as they came in only where they will be given back.
SELECT
    prescription.number,
    prescription.document,
    CASE WHEN asked.whole THEN prescription.resources END AS resources
FROM unnest(CAST(:bucket AS smallint[]), CAST(:number AS text[]), CAST(:whole AS boolean[]))
    AS asked (bucket, number, whole)
JOIN prescription
    ON prescription.bucket = asked.bucket AND prescription.number = asked.number COLLATE "C";

-- name: load_facts
-- The facts since, in order of rank.
SELECT
    fact.number,
    fact.operation,
    fact.rank,
    fact.document,
    CASE WHEN asked.whole THEN fact.resources END AS resources
FROM unnest(CAST(:bucket AS smallint[]), CAST(:number AS text[]), CAST(:whole AS boolean[]))
    AS asked (bucket, number, whole)
JOIN fact ON fact.bucket = asked.bucket AND fact.number = asked.number COLLATE "C"
ORDER BY fact.number, fact.rank;

-- name: write_prescriptions
-- New prescriptions; a number already there makes the database refuse the set.
INSERT INTO prescription (bucket, number, recorded_at, document, resources)
SELECT * FROM unnest(
    CAST(:bucket AS smallint[]),
    CAST(:number AS text[]),
    CAST(:recorded_at AS timestamptz[]),
    CAST(:document AS bytea[]),
    CAST(:resources AS bytea[])
);

-- name: write_patients
-- Where the prescriptions of a patient are.
INSERT INTO patient_index (bucket, patient_key, authored_at, number)
SELECT * FROM unnest(
    CAST(:bucket AS smallint[]),
    CAST(:patient_key AS text[]),
    CAST(:authored_at AS timestamptz[]),
    CAST(:number AS text[])
);

-- name: write_facts
-- New facts; a rank already there makes the database refuse the set: another desk came first.
INSERT INTO fact (bucket, number, rank, recorded_at, operation, document, resources)
SELECT * FROM unnest(
    CAST(:bucket AS smallint[]),
    CAST(:number AS text[]),
    CAST(:rank AS integer[]),
    CAST(:recorded_at AS timestamptz[]),
    CAST(:operation AS text[]),
    CAST(:document AS bytea[]),
    CAST(:resources AS bytea[])
);

-- name: write_entries
-- The journal entries of a set.
INSERT INTO journal_entry (bucket, number, chain, rank, position, at, salt, document)
SELECT * FROM unnest(
    CAST(:bucket AS smallint[]),
    CAST(:number AS text[]),
    CAST(:chain AS text[]),
    CAST(:rank AS integer[]),
    CAST(:position AS integer[]),
    CAST(:at AS timestamptz[]),
    CAST(:salt AS bytea[]),
    CAST(:document AS bytea[])
);

-- name: write_blocks
-- The block of a settled set.
INSERT INTO journal_block (bucket, chain, rank, previous, at, digests, months, heads)
SELECT * FROM unnest(
    CAST(:bucket AS smallint[]),
    CAST(:chain AS text[]),
    CAST(:rank AS integer[]),
    CAST(:previous AS bytea[]),
    CAST(:at AS timestamptz[]),
    CAST(:digests AS bytea[]),
    CAST(:months AS text[]),
    CAST(:heads AS text[])
);
