-- The journal: blocks chained by their hashes, entries held by their digests.

-- name: list_openings
-- The first block of every chain, with the heads it remembers.
SELECT chain, rank, previous, at, digests, months, heads
FROM journal_block
WHERE rank = 0
ORDER BY at, chain;

-- name: load_last_block
-- The last block of a chain.
SELECT chain, rank, previous, at, digests, months, heads
FROM journal_block
WHERE bucket = :bucket AND chain = :chain
ORDER BY rank DESC
LIMIT 1;

-- name: stream_blocks
-- Every block, chain by chain, in order.
SELECT chain, rank, previous, at, digests, months, heads
FROM journal_block
ORDER BY chain, rank;

-- name: stream_entries
-- Every entry, in the order of the blocks that hold them.
SELECT chain, rank, position, number, salt, document
FROM journal_entry
ORDER BY chain, rank, position;

-- name: load_prescription_as_stored
-- What is stored of the issue of a prescription: what the journal's digest is about.
SELECT document, resources FROM prescription WHERE bucket = :bucket AND number = :number;

-- name: load_fact_as_stored
-- What is stored of a fact: what the journal's digest is about.
SELECT document, resources FROM fact
WHERE bucket = :bucket AND number = :number AND rank = :rank;
