-- The floor of the bench on PostgreSQL, and what the bench must know of the server.

-- name: engine_version
-- The version of the engine.
SELECT current_setting('server_version') AS version;

-- name: durability
-- The settings on which a commit's being on disk depends.
SELECT
    current_setting('fsync') AS fsync,
    current_setting('synchronous_commit') AS synchronous_commit,
    current_setting('full_page_writes') AS full_page_writes;

-- name: backend_process
-- The process that serves this session.
SELECT pg_backend_pid() AS process;

-- name: count_partitions
-- Over how many months a base is spread.
SELECT count(*) AS partition_count FROM pg_inherits WHERE inhparent = 'prescription'::regclass;

-- name: settle_down
-- What autovacuum does, in time, after many rows have come: statistics and visibility.
VACUUM (ANALYZE);

-- name: create_base
-- A base of the bench's own on the server; the name is ours.
CREATE DATABASE {name};

-- name: drop_base
-- The bench takes its base away; who still holds a session there is sent off.
DROP DATABASE IF EXISTS {name} WITH (FORCE);

-- name: write_issue_at_once
-- All the rows that one issue leaves, in one statement.
WITH prescribed AS (
    INSERT INTO prescription (bucket, number, recorded_at, document, resources)
    VALUES (CAST(:bucket AS smallint), :number, :recorded_at, :document, :resources)
),
indexed AS (
    INSERT INTO patient_index (bucket, patient_key, authored_at, number, prescriber)
    VALUES (CAST(:bucket AS smallint), :patient_key, :authored_at, :number, :prescriber)
),
entered AS (
    INSERT INTO journal_entry (bucket, number, chain, rank, position, at, salt, document)
    VALUES (
        CAST(:bucket AS smallint), :number, :chain, CAST(:rank AS integer),
        CAST(:position AS integer), :at, :salt, :entry
    )
)
INSERT INTO journal_block (bucket, chain, rank, previous, at, digests, months, heads)
VALUES (
    CAST(:chain_bucket AS smallint), :chain, CAST(:rank AS integer), :previous, :at,
    :digests, :months, :heads
);
