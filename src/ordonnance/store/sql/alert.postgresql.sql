-- Alerts written with the facts that raise them, and ended by those that take back.

-- name: write_alerts
-- New alerts.
INSERT INTO alert (
    bucket, number, rank, position, told_at, code, execution, sender, department, prescriber, document
)
SELECT * FROM unnest(
    CAST(:bucket AS smallint[]),
    CAST(:number AS text[]),
    CAST(:rank AS integer[]),
    CAST(:position AS integer[]),
    CAST(:told_at AS timestamptz[]),
    CAST(:code AS text[]),
    CAST(:execution AS integer[]),
    CAST(:sender AS text[]),
    CAST(:department AS text[]),
    CAST(:prescriber AS text[]),
    CAST(:document AS bytea[])
);

-- name: end_alerts
-- An execution was taken back: its alerts are over.
UPDATE alert
SET ended_at = asked.at
FROM unnest(
    CAST(:bucket AS smallint[]),
    CAST(:number AS text[]),
    CAST(:execution AS integer[]),
    CAST(:at AS timestamptz[])
) AS asked (bucket, number, execution, at)
WHERE alert.bucket = asked.bucket
    AND alert.number = asked.number COLLATE "C"
    AND alert.execution = asked.execution
    AND alert.ended_at IS NULL;

-- name: list_alerts_under
-- The patient objects, or no longer does: the prescriber is told of none, or of all.
UPDATE alert
SET prescriber = asked.prescriber
FROM unnest(
    CAST(:bucket AS smallint[]),
    CAST(:number AS text[]),
    CAST(:prescriber AS text[])
) AS asked (bucket, number, prescriber)
WHERE alert.bucket = asked.bucket AND alert.number = asked.number COLLATE "C";

-- name: end_waiting
-- A prescription came: what waited for it no longer waits. What is asked of the code is wrapped, lest
-- the index of what waits be read whole in place of the key.
UPDATE alert
SET ended_at = asked.at
FROM unnest(
    CAST(:bucket AS smallint[]),
    CAST(:number AS text[]),
    CAST(:at AS timestamptz[])
) AS asked (bucket, number, at)
WHERE alert.bucket = asked.bucket
    AND alert.number = asked.number COLLATE "C"
    AND coalesce(alert.code, '') = 'WAITING'
    AND alert.ended_at IS NULL;
