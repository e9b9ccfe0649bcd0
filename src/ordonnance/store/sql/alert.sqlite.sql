-- Alerts written with the facts that raise them, and ended by those that take back.

-- name: write_alerts
-- New alerts.
INSERT INTO alert (
    bucket, number, rank, position, told_at, code, execution, sender, department, prescriber, document
)
VALUES (
    :bucket, :number, :rank, :position, :told_at, :code, :execution, :sender, :department,
    :prescriber, :document
);

-- name: end_alerts
-- An execution was taken back: its alerts are over.
UPDATE alert
SET ended_at = :at
WHERE bucket = :bucket AND number = :number AND execution = :execution AND ended_at IS NULL;

-- name: list_alerts_under
-- The patient objects, or no longer does: the prescriber is told of none, or of all.
UPDATE alert
SET prescriber = :prescriber
WHERE bucket = :bucket AND number = :number;

-- name: end_waiting
-- A prescription came: what waited for it no longer waits.
UPDATE alert
SET ended_at = :at
WHERE bucket = :bucket AND number = :number AND code = 'WAITING' AND ended_at IS NULL;
