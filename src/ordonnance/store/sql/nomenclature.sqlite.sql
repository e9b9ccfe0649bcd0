-- The codes of an edition, a row at a time: SQLite has no round trip.

-- name: write_codes
-- Codes of an edition.
INSERT INTO nomenclature_code (version, code, document) VALUES (:version, :code, :document);
