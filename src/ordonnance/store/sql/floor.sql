-- What the bench asks of both engines.

-- name: floor_rows
-- The rows that one issue left, its journal entry's and its block's included.
SELECT
    prescription.number,
    prescription.recorded_at,
    prescription.document,
    prescription.resources,
    patient_index.patient_key,
    patient_index.authored_at,
    patient_index.prescriber,
    journal_entry.chain,
    journal_entry.rank,
    journal_entry.position,
    journal_entry.at,
    journal_entry.salt,
    journal_entry.document AS entry,
    journal_block.previous,
    journal_block.digests,
    journal_block.months,
    journal_block.heads
FROM prescription
JOIN patient_index
    ON patient_index.bucket = prescription.bucket AND patient_index.number = prescription.number
JOIN journal_entry
    ON journal_entry.bucket = prescription.bucket AND journal_entry.number = prescription.number
JOIN journal_block
    ON journal_block.chain = journal_entry.chain AND journal_block.rank = journal_entry.rank
WHERE prescription.bucket = :bucket AND prescription.number = :number;

-- name: list_blocks_since
-- How many entries each block of a chain holds, in order, after a rank: a digest is 32 bytes.
SELECT rank, length(digests) / 32 AS entry_count
FROM journal_block
WHERE bucket = CAST(:bucket AS smallint) AND chain = :chain AND rank > CAST(:rank AS integer)
ORDER BY rank;
