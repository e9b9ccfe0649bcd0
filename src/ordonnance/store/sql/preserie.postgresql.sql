-- Préséries on PostgreSQL.

-- name: lock_preseries
-- Until the transaction ends nobody else writes to a présérie: one may not enrol a pharmacy that
-- another enrols at this moment, and no row stands for what both look at.
SELECT CAST(pg_advisory_xact_lock(5202607315908243) AS text) AS held;

-- name: stream_preserie_events
-- Every event, in the order of the blocks that hold them.
SELECT
    chain, block, position, preserie, rank, recorded_at, operation, party, key, digest, document
FROM preserie_event
ORDER BY chain, block, position;
