-- Préséries on SQLite. Bytes are cast: whoever altered a row may have left a text there.

-- name: lock_preseries
-- The transaction began IMMEDIATE: nobody else writes.
SELECT 'held' AS held;

-- name: stream_preserie_events
-- Every event, in the order of the blocks that hold them.
SELECT
    chain,
    block,
    position,
    preserie,
    rank,
    recorded_at,
    operation,
    party,
    key,
    digest,
    CAST(document AS blob) AS document
FROM preserie_event
ORDER BY chain, block, position;
