-- The journal read as a whole, to be verified. Texts sort by their bytes here. Bytes are cast:
-- SQLite keeps what it is given, and somebody who altered a row may have left a text there.

-- name: hold_tables
-- A snapshot holds everything here.
SELECT 1 AS one;

-- name: stream_blocks
-- Every block, chain by chain, in order.
SELECT
    chain,
    rank,
    CAST(previous AS blob) AS previous,
    at,
    CAST(digests AS blob) AS digests,
    months,
    heads
FROM journal_block
ORDER BY chain, rank;

-- name: stream_entries
-- Every entry, in the order of the blocks that hold them.
SELECT chain, rank, position, CAST(salt AS blob) AS salt, CAST(document AS blob) AS document
FROM journal_entry
ORDER BY chain, rank, position;

-- name: stream_entries_by_number
-- Every entry, in the order of the prescriptions they are about.
SELECT bucket, number, chain, rank, position, at, CAST(document AS blob) AS document
FROM journal_entry
ORDER BY bucket, number, chain, rank, position;

-- name: stream_prescriptions_by_number
-- What is stored of every issue.
SELECT
    bucket,
    number,
    0 AS rank,
    recorded_at,
    'issue' AS operation,
    CAST(document AS blob) AS document,
    CAST(resources AS blob) AS resources
FROM prescription
ORDER BY bucket, number;

-- name: stream_facts_by_number
-- What is stored of every fact since.
SELECT
    bucket,
    number,
    rank,
    recorded_at,
    operation,
    CAST(document AS blob) AS document,
    CAST(resources AS blob) AS resources
FROM fact
ORDER BY bucket, number, rank;
