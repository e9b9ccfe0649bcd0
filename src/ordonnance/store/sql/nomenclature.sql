-- The nomenclatures: editions of each, and which of them are in force. Days are texts,
-- YYYY-MM-DD, which sort as days do.

-- name: find_editions_in_force
-- Every edition that has taken effect by a day: of each nomenclature the first is in force.
SELECT system, version
FROM nomenclature
WHERE effective_on <= :effective_on
ORDER BY effective_on DESC, loaded_at DESC, version DESC;

-- name: list_editions
-- Every edition ever loaded, the latest to take effect first.
SELECT version, system, source_digest, effective_on, loaded_at, code_count
FROM nomenclature
ORDER BY effective_on DESC, loaded_at DESC, version DESC;

-- name: find_code
-- Whether an edition still has its codes.
SELECT code FROM nomenclature_code WHERE version = :version LIMIT 1;

-- name: load_codes
-- The codes of an edition.
SELECT document FROM nomenclature_code WHERE version = :version ORDER BY code;

-- name: forget_edition
-- An edition that was superseded is loaded again: it begins anew.
DELETE FROM nomenclature WHERE version = :version;

-- name: write_edition
-- An edition is loaded.
INSERT INTO nomenclature (
    version, system, source_digest, effective_on, loaded_at, code_count
)
VALUES (
    :version, :system, :source_digest, :effective_on, :loaded_at, CAST(:code_count AS integer)
);

-- name: drop_codes
-- The codes of every edition of a nomenclature that takes effect by a day go, but those of the
-- one in force.
DELETE FROM nomenclature_code
WHERE version IN (
    SELECT version
    FROM nomenclature
    WHERE system = :system AND effective_on <= :effective_on AND version <> :version
);
