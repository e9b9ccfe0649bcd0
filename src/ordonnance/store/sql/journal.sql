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
