-- What a patient was prescribed.

-- name: list_recent
-- A patient's prescriptions from a month on, by number: asked where a treatment may not overlap
-- another. It names no bucket: a base spread over nodes asks all of them, for these treatments.
SELECT number
FROM patient_index
WHERE patient_key = :patient_key AND number >= :oldest
ORDER BY number
LIMIT 200;
