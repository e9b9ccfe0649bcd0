-- The journal read as a whole, to be verified. Streams are merged, so both engines must sort by
-- the bytes of a text.

-- name: hold_tables
-- Before the snapshot is taken: no month leaves these tables until it ends. A month that a purge
-- drops is gone for a snapshot taken before it too.
LOCK TABLE prescription, fact, journal_entry, journal_block, purge IN ACCESS SHARE MODE;

-- name: stream_blocks
-- Every block, chain by chain, in order.
SELECT chain, rank, previous, at, digests, months, heads
FROM journal_block
ORDER BY chain COLLATE "C", rank;

-- name: stream_entries
-- Every entry, in the order of the blocks that hold them.
SELECT chain, rank, position, salt, document
FROM journal_entry
ORDER BY chain COLLATE "C", rank, position;

-- name: stream_entries_by_number
-- Every entry, in the order of the prescriptions they are about.
SELECT bucket, number, chain, rank, position, at, document
FROM journal_entry
ORDER BY bucket, number, chain, rank, position;

-- name: stream_prescriptions_by_number
-- What is stored of every issue.
SELECT bucket, number, 0 AS rank, recorded_at, 'issue' AS operation, document, resources
FROM prescription
ORDER BY bucket, number;

-- name: stream_facts_by_number
-- What is stored of every fact since.
SELECT bucket, number, rank, recorded_at, operation, document, resources
FROM fact
ORDER BY bucket, number, rank;
