-- E-mails of préséries: written once, sent, tried again, given up.

-- name: list_written_letters
-- The letters of a présérie that are written already, to whatever address.
SELECT DISTINCT letter FROM mail WHERE preserie = :preserie ORDER BY letter;

-- name: write_mail
-- A letter to one address; another process may have written it.
INSERT INTO mail (
    preserie, letter, party, address, state, created_at, attempts, next_attempt_at, problem,
    sent_at, proof
)
VALUES (
    :preserie, :letter, :party, :address, :state, :created_at, CAST(:attempts AS integer),
    :next_attempt_at, :problem, :sent_at, :proof
)
ON CONFLICT DO NOTHING;

-- name: list_addressless_mails
-- Letters of which nobody knew the address, written after an instant.
SELECT
    preserie, letter, party, address, state, created_at, attempts, next_attempt_at, problem,
    sent_at, proof
FROM mail
WHERE state = 'NO_ADDRESS' AND created_at > :since
ORDER BY created_at, preserie, letter;

-- name: drop_addressless_mail
-- Its address is known by now: it is written there instead.
DELETE FROM mail
WHERE preserie = :preserie AND letter = :letter AND party = :party AND address = '';

-- name: list_due_mails
-- What is to be tried at an instant, what waits longest first.
SELECT
    preserie, letter, party, address, state, created_at, attempts, next_attempt_at, problem,
    sent_at, proof
FROM mail
WHERE state = 'WAITING' AND next_attempt_at <= :at
ORDER BY next_attempt_at, preserie, letter, party, address
LIMIT CAST(:size AS integer);

-- name: claim_mail
-- One process tries it: nobody else does until the lease ends. Of two at once, one finds nothing.
UPDATE mail
SET attempts = attempts + 1, next_attempt_at = :next_attempt_at
WHERE preserie = :preserie
    AND letter = :letter
    AND party = :party
    AND address = :address
    AND state = 'WAITING'
    AND attempts = CAST(:attempts AS integer)
RETURNING attempts;

-- name: settle_mail
-- What became of an attempt; what has left has left, whoever comes late.
UPDATE mail
SET
    state = :state,
    next_attempt_at = :next_attempt_at,
    problem = :problem,
    sent_at = :sent_at,
    proof = :proof
WHERE preserie = :preserie
    AND letter = :letter
    AND party = :party
    AND address = :address
    AND state = 'WAITING';

-- name: retry_mails
-- What was given up is tried once more.
UPDATE mail
SET state = 'WAITING', next_attempt_at = :at
WHERE state = 'GIVEN_UP';

-- name: list_mails
-- The mails of a présérie, or of all, in the order in which they were written.
SELECT
    preserie, letter, party, address, state, created_at, attempts, next_attempt_at, problem,
    sent_at, proof
FROM mail
WHERE CAST(:preserie AS text) IS NULL OR preserie = :preserie
ORDER BY created_at, preserie, letter, party, address;
