-- Lots of SCOR. Days are texts, YYYY-MM-DD, in Paris.

-- name: find_lot
-- A lot by its site and its name.
SELECT digest, received_on, document, arl FROM scor_lot WHERE am = :am AND lot = :lot;

-- name: list_lots
-- The lots that came from a day to another, both included; of a site, or of a department, or all.
SELECT am, lot
FROM scor_lot
WHERE received_on >= :since
    AND received_on <= :until
    AND (CAST(:am AS text) IS NULL OR am = :am)
    AND (CAST(:department AS text) IS NULL OR substr(am, 1, 2) = :department)
ORDER BY am, received_at, lot;

-- name: count_verdicts
-- The pieces of the lots of each site that came from a day to another, as they were judged then.
SELECT scor_piece.am, scor_lot.received_on, scor_piece.decision, scor_piece.verdict, count(*)
FROM scor_piece
JOIN scor_lot ON scor_lot.am = scor_piece.am AND scor_lot.lot = scor_piece.lot
WHERE scor_lot.received_on >= :since AND scor_lot.received_on <= :until
GROUP BY scor_piece.am, scor_lot.received_on, scor_piece.decision, scor_piece.verdict
ORDER BY scor_piece.am, scor_lot.received_on, scor_piece.decision, scor_piece.verdict;

-- name: list_complements
-- The pieces of a lot that the same site sent, legible, in another lot since.
SELECT DISTINCT own.invoice, own.piece
FROM scor_piece AS own
JOIN scor_piece AS sent
    ON sent.am = own.am
    AND sent.invoice = own.invoice
    AND sent.piece = own.piece
    AND sent.lot <> own.lot
    AND sent.received_at >= own.received_at
    AND sent.decision = 'SENT'
    AND sent.verdict <> 'UNREADABLE'
WHERE own.am = :am AND own.lot = :lot
ORDER BY own.invoice, own.piece;

-- name: write_lot
-- A lot that came.
INSERT INTO scor_lot (am, lot, digest, received_on, received_at, document, arl, phase)
VALUES (:am, :lot, :digest, :received_on, :received_at, :document, :arl, :phase);

-- name: write_piece
-- A piece of a lot.
INSERT INTO scor_piece (am, invoice, piece, lot, received_at, decision, verdict)
VALUES (:am, :invoice, :piece, :lot, :received_at, :decision, :verdict);

-- name: write_scan
-- A scan of a lot.
INSERT INTO scor_scan (am, lot, part, media, document)
VALUES (:am, :lot, :part, :media, :document);

-- name: count_lots_before
-- How many lots of each site came before a day.
SELECT am, count(*) AS lots FROM scor_lot WHERE received_on < :before GROUP BY am ORDER BY am;

-- name: drop_scans
-- The scans of the lots that came before a day go.
DELETE FROM scor_scan
WHERE EXISTS (
    SELECT 1
    FROM scor_lot
    WHERE scor_lot.am = scor_scan.am
        AND scor_lot.lot = scor_scan.lot
        AND scor_lot.received_on < :before
);

-- name: drop_pieces
-- Their pieces go.
DELETE FROM scor_piece
WHERE EXISTS (
    SELECT 1
    FROM scor_lot
    WHERE scor_lot.am = scor_piece.am
        AND scor_lot.lot = scor_piece.lot
        AND scor_lot.received_on < :before
);

-- name: drop_lots
-- The lots that came before a day go.
DELETE FROM scor_lot WHERE received_on < :before;

-- name: list_phases
-- The phases in which each site closed lots: the days of the first and of the last, and how many.
SELECT
    am,
    phase,
    min(received_on) AS first_on,
    max(received_on) AS last_on,
    count(*) AS lots
FROM scor_lot
GROUP BY am, phase
ORDER BY am, phase;
