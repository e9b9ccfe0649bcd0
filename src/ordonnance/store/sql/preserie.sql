-- Préséries: their events, added and never changed.

-- name: list_preserie_heads
-- Every présérie, and the rank of its last event.
SELECT preserie, max(rank) AS last
FROM preserie_event
GROUP BY preserie
ORDER BY preserie;

-- name: load_preserie_events
-- The events of a présérie after a rank, in order.
SELECT preserie, rank, recorded_at, operation, party, key, digest, document
FROM preserie_event
WHERE preserie = :preserie AND rank > CAST(:after AS integer)
ORDER BY rank;

-- name: write_preserie_event
-- One more event; a rank already there makes the database refuse it: somebody else came first.
INSERT INTO preserie_event (
    preserie, rank, recorded_at, operation, party, key, digest, document, chain, block, position
)
VALUES (
    :preserie, CAST(:rank AS integer), :recorded_at, :operation, :party, :key, :digest, :document,
    :chain, CAST(:block AS integer), CAST(:position AS integer)
);
