-- Documents of préséries, named by the SHA-256 of their bytes: added, never changed.

-- name: write_preserie_document
-- One more document; the same bytes again leave the first one as it is.
INSERT INTO preserie_document (
    preserie, sha256, name, media_type, size, kept_at, party, content
)
VALUES (
    :preserie, :sha256, :name, :media_type, CAST(:size AS integer), :kept_at, :party, :content
)
ON CONFLICT DO NOTHING;

-- name: find_preserie_document
-- What is known of a document, without its bytes.
SELECT sha256, name, media_type, size, kept_at, party
FROM preserie_document
WHERE preserie = :preserie AND sha256 = :sha256;

-- name: read_preserie_document
-- A document with its bytes.
SELECT sha256, name, media_type, size, kept_at, party, content
FROM preserie_document
WHERE preserie = :preserie AND sha256 = :sha256;

-- name: count_preserie_documents
-- How many documents a présérie has.
SELECT count(*) AS documents FROM preserie_document WHERE preserie = :preserie;
