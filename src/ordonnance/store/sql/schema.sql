-- The schema's own record of itself.

-- name: create_versions
-- Where the steps already applied are written down.
CREATE TABLE IF NOT EXISTS schema_version (
    version integer NOT NULL PRIMARY KEY,
    name text NOT NULL,
    applied_at timestamptz NOT NULL
);

-- name: list_versions
-- The steps already applied.
SELECT version FROM schema_version ORDER BY version;

-- name: record_version
-- One more step is applied.
INSERT INTO schema_version (version, name, applied_at)
VALUES (CAST(:version AS integer), :name, :applied_at);

-- name: ping
-- Whether the base answers.
SELECT 1 AS one;
