-- What a set of commands asks of the base, a set in one statement.
--
-- LATERAL, and OFFSET 0 in it, leave the planner one way: from each number asked for to its key.
-- As a plain join, planned while vacuum had just found the facts of a month to be none, all facts
-- were read for each set until they were counted again (measured: 25 times the CPU in a minute).

-- name: lock_prescriptions
-- Locks the prescriptions of a set in number order, so that two desks never wait for each other.
SELECT locked.number
FROM (
    SELECT *
    FROM unnest(CAST(:bucket AS smallint[]), CAST(:number AS text[])) AS asked (bucket, number)
    ORDER BY asked.number COLLATE "C"
) AS asked
CROSS JOIN LATERAL (
    SELECT prescription.number
    FROM prescription
    WHERE prescription.bucket = asked.bucket AND prescription.number = asked.number COLLATE "C"
    FOR UPDATE
) AS locked;

-- name: load_prescriptions
-- What was prescribed; the resources as they came in only where they will be given back.
SELECT
    found.number,
    found.document,
    CASE WHEN asked.whole THEN found.resources END AS resources
FROM unnest(CAST(:bucket AS smallint[]), CAST(:number AS text[]), CAST(:whole AS boolean[]))
    AS asked (bucket, number, whole)
CROSS JOIN LATERAL (
    SELECT prescription.number, prescription.document, prescription.resources
    FROM prescription
    WHERE prescription.bucket = asked.bucket AND prescription.number = asked.number COLLATE "C"
    OFFSET 0
) AS found;

-- name: load_facts
-- The facts since, in order of rank.
SELECT
    found.number,
    found.operation,
    found.rank,
    found.document,
    CASE WHEN asked.whole THEN found.resources END AS resources
FROM unnest(CAST(:bucket AS smallint[]), CAST(:number AS text[]), CAST(:whole AS boolean[]))
    AS asked (bucket, number, whole)
CROSS JOIN LATERAL (
    SELECT fact.number, fact.operation, fact.rank, fact.document, fact.resources
    FROM fact
    WHERE fact.bucket = asked.bucket AND fact.number = asked.number COLLATE "C"
    OFFSET 0
) AS found
ORDER BY found.number, found.rank;

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
INSERT INTO patient_index (bucket, patient_key, authored_at, number, prescriber)
SELECT * FROM unnest(
    CAST(:bucket AS smallint[]),
    CAST(:patient_key AS text[]),
    CAST(:authored_at AS timestamptz[]),
    CAST(:number AS text[]),
    CAST(:prescriber AS text[])
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
