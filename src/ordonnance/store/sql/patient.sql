-- What a patient was prescribed, and what a prescriber ordered.

-- name: list_recent
-- A patient's prescriptions from a month on, by number: asked where a treatment may not overlap
-- another. It names no bucket: a base spread over nodes asks all of them, for these treatments.
SELECT number
FROM patient_index
WHERE patient_key = :patient_key AND number >= :oldest
ORDER BY number
LIMIT 200;

-- name: list_of_patient
-- A patient's prescriptions, newest first, from a place on. It names no bucket: a base spread over
-- nodes asks all of them; months out of its bounds are not looked at.
SELECT authored_at, number
FROM patient_index
WHERE patient_key = :key
    AND number >= :low
    AND number < :high
    AND authored_at >= :since
    AND (authored_at, number) < (:before, :last)
ORDER BY authored_at DESC, number DESC
LIMIT CAST(:size AS integer);

-- name: list_of_prescriber
-- A prescriber's prescriptions, newest first, from a place on; in the same way.
SELECT authored_at, number
FROM patient_index
WHERE prescriber = :key
    AND number >= :low
    AND number < :high
    AND authored_at >= :since
    AND (authored_at, number) < (:before, :last)
ORDER BY authored_at DESC, number DESC
LIMIT CAST(:size AS integer);
