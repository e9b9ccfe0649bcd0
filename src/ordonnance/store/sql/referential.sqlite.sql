-- The medicines of a version, a row at a time: SQLite has no round trip.

-- name: write_products
-- Medicines of a version.
INSERT INTO referential_product (version, cis, document) VALUES (:version, :cis, :document);
