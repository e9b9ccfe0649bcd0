-- The medicines of a version, a set in one statement.

-- name: write_products
-- Medicines of a version.
INSERT INTO referential_product (version, cis, document)
SELECT * FROM unnest(
    CAST(:version AS text[]), CAST(:cis AS text[]), CAST(:document AS bytea[])
);
