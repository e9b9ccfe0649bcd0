-- The codes of an edition, a set in one statement.

-- name: write_codes
-- Codes of an edition.
INSERT INTO nomenclature_code (version, code, document)
SELECT * FROM unnest(
    CAST(:version AS text[]), CAST(:code AS text[]), CAST(:document AS bytea[])
);
