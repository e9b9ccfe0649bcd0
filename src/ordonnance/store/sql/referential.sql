-- The referential: versions of the products known, and which of them is in force. Days are texts,
-- YYYY-MM-DD, which sort as days do.

-- name: find_version_in_force
-- The version in force on a day: the latest that takes effect by then, then the last loaded.
SELECT version
FROM referential
WHERE effective_on <= :effective_on
ORDER BY effective_on DESC, loaded_at DESC, version DESC
LIMIT 1;

-- name: list_referentials
-- Every version ever loaded, the latest to take effect first.
SELECT version, source_digest, effective_on, loaded_at, medicine_count, product_count
FROM referential
ORDER BY effective_on DESC, loaded_at DESC, version DESC;

-- name: find_product
-- Whether a version still has its medicines.
SELECT cis FROM referential_product WHERE version = :version LIMIT 1;

-- name: load_products
-- The medicines of a version.
SELECT document FROM referential_product WHERE version = :version ORDER BY cis;

-- name: forget_referential
-- A version that was superseded is loaded again: it begins anew.
DELETE FROM referential WHERE version = :version;

-- name: write_referential
-- A version is loaded.
INSERT INTO referential (
    version, source_digest, effective_on, loaded_at, medicine_count, product_count
)
VALUES (
    :version, :source_digest, :effective_on, :loaded_at,
    CAST(:medicine_count AS integer), CAST(:product_count AS integer)
);

-- name: drop_products
-- The medicines of every version that takes effect by a day go, but those of the one in force.
DELETE FROM referential_product
WHERE version IN (
    SELECT version FROM referential WHERE effective_on <= :effective_on AND version <> :version
);
