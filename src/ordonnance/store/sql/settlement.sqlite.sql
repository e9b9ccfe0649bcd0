-- What a set of commands asks of the base, a row at a time: SQLite has one writer, which is lock
-- enough, and no round trip.

-- name: lock_prescriptions
-- The transaction began IMMEDIATE: nobody else writes. Asked all the same, so that both engines
-- go through the same steps.
SELECT number FROM prescription WHERE bucket = :bucket AND number = :number;

-- name: load_prescriptions
-- What was prescribed; the resources as they came in only where they will be given back.
SELECT number, document, CASE WHEN :whole THEN resources END AS resources
FROM prescription
WHERE bucket = :bucket AND number = :number;

-- name: load_facts
-- The facts since, in order of rank.
SELECT number, operation, rank, document, CASE WHEN :whole THEN resources END AS resources
FROM fact
WHERE bucket = :bucket AND number = :number
ORDER BY rank;

-- name: write_prescriptions
-- New prescriptions; a number already there makes the database refuse the set.
INSERT INTO prescription (bucket, number, recorded_at, document, resources)
VALUES (:bucket, :number, :recorded_at, :document, :resources);

-- name: write_patients
-- Where the prescriptions of a patient are.
INSERT INTO patient_index (bucket, patient_key, authored_at, number, prescriber)
VALUES (:bucket, :patient_key, :authored_at, :number, :prescriber);

-- name: write_facts
-- New facts; a rank already there makes the database refuse the set: another desk came first.
INSERT INTO fact (bucket, number, rank, recorded_at, operation, document, resources)
VALUES (:bucket, :number, :rank, :recorded_at, :operation, :document, :resources);

-- name: write_entries
-- The journal entries of a set.
INSERT INTO journal_entry (bucket, number, chain, rank, position, at, salt, document)
VALUES (:bucket, :number, :chain, :rank, :position, :at, :salt, :document);

-- name: write_blocks
-- The block of a settled set.
INSERT INTO journal_block (bucket, chain, rank, previous, at, digests, months, heads)
VALUES (:bucket, :chain, :rank, :previous, :at, :digests, :months, :heads);
