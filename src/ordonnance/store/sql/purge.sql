-- The purge of months past retention: its records in the journal, and what it has taken so far.

-- name: write_purge
-- One more record, in the block of its chain and rank.
INSERT INTO purge (bucket, chain, rank, document)
VALUES (CAST(:bucket AS smallint), :chain, CAST(:rank AS integer), :document);

-- name: read_tally
-- How many rows of each table a purge under way has taken of a month.
SELECT kind, row_count FROM purge_tally WHERE month = :month ORDER BY kind;

-- name: add_to_tally
-- So many more were taken, in the same transaction.
INSERT INTO purge_tally (month, kind, row_count)
VALUES (:month, :kind, CAST(:row_count AS bigint))
ON CONFLICT (month, kind) DO UPDATE SET row_count = purge_tally.row_count + excluded.row_count;

-- name: set_tally
-- So many are about to go: told again, it is the same.
INSERT INTO purge_tally (month, kind, row_count)
VALUES (:month, :kind, CAST(:row_count AS bigint))
ON CONFLICT (month, kind) DO UPDATE SET row_count = excluded.row_count;

-- name: forget_commands
-- What commands left on prescriptions of a month goes with it.
DELETE FROM recorded_command WHERE month = :month;

-- name: clear_tally
-- The month is gone, its record says how much it was.
DELETE FROM purge_tally WHERE month = :month;
