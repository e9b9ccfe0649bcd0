-- Alerts by whom they concern, newest first, from a place on. They name no bucket: a base spread
-- over nodes asks all of them.

-- name: list_alerts_of_sender
-- Those of a site.
SELECT told_at, number, rank, position, ended_at, document
FROM alert
WHERE sender = :key
    AND told_at <= :now
    AND (told_at, number, rank, position) < (:before, :last, :rank, :row)
ORDER BY told_at DESC, number DESC, rank DESC, position DESC
LIMIT CAST(:size AS integer);

-- name: list_alerts_of_prescriber
-- Those about a prescriber's prescriptions.
SELECT told_at, number, rank, position, ended_at, document
FROM alert
WHERE prescriber = :key
    AND told_at <= :now
    AND (told_at, number, rank, position) < (:before, :last, :rank, :row)
ORDER BY told_at DESC, number DESC, rank DESC, position DESC
LIMIT CAST(:size AS integer);

-- name: list_alerts_of_department
-- Those of the sites of a département.
SELECT told_at, number, rank, position, ended_at, document
FROM alert
WHERE department = :key
    AND told_at <= :now
    AND (told_at, number, rank, position) < (:before, :last, :rank, :row)
ORDER BY told_at DESC, number DESC, rank DESC, position DESC
LIMIT CAST(:size AS integer);

-- name: list_alerts
-- All of them. That a position is one says which index may serve: it holds for every row, and the
-- other listings do not say it, so that none reads all alerts of a month thought to be empty.
SELECT told_at, number, rank, position, ended_at, document
FROM alert
WHERE position >= 0
    AND told_at <= :now
    AND (told_at, number, rank, position) < (:before, :last, :rank, :row)
ORDER BY told_at DESC, number DESC, rank DESC, position DESC
LIMIT CAST(:size AS integer);

-- name: count_waiting
-- How many executions of a site wait for their prescription, of the months in which it may still
-- come; counted up to a limit.
SELECT count(*) AS waiting_count
FROM (
    SELECT alert.number
    FROM alert
    WHERE alert.sender = :sender
        AND alert.code = 'WAITING'
        AND alert.ended_at IS NULL
        AND alert.number >= :oldest
        AND NOT EXISTS (
            SELECT prescription.number
            FROM prescription
            WHERE prescription.bucket = alert.bucket AND prescription.number = alert.number
        )
    LIMIT CAST(:size AS integer)
) AS waiting;
