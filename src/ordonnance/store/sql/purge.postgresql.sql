-- The purge on PostgreSQL: a month is a partition of each table. Names are ours, never input.

-- name: prepare_purge
-- How the session of a purge differs: it waits a minute for long readings (a backup), counts
-- partitions by reading them whole, and ends soon after its program, giving back its claim.
SET lock_timeout = '60s';
SET enable_seqscan = on;
SET client_connection_check_interval = '1s';

-- name: claim_purge
-- Whether nobody else is purging; the claim ends with the session.
SELECT pg_try_advisory_lock(4711830652271433) AS is_ours;

-- name: list_purges
-- Every record of a purge.
SELECT chain, rank, document FROM purge ORDER BY chain COLLATE "C", rank, bucket;

-- name: list_month_tables
-- The tables that may be months: how each stands, its bounds and its bytes.
SELECT
    pg_class.relname,
    CASE
        WHEN pg_inherits.inhrelid IS NULL THEN 'out'
        WHEN pg_inherits.inhdetachpending THEN 'leaving'
        ELSE 'in'
    END AS standing,
    pg_get_expr(pg_class.relpartbound, pg_class.oid) AS bounds,
    pg_total_relation_size(pg_class.oid) AS bytes
FROM pg_class
LEFT JOIN pg_inherits ON pg_inherits.inhrelid = pg_class.oid
WHERE pg_class.relkind = 'r' AND pg_class.relnamespace = current_schema()::text::regnamespace;

-- name: count_rows
-- How many rows a partition holds.
SELECT count(*) AS row_count FROM {partition};

-- name: detach_month
-- A partition leaves its table while everybody goes on; interrupted, it is left half out.
ALTER TABLE {table} DETACH PARTITION {partition} CONCURRENTLY;

-- name: finish_detaching
-- A partition that was left half out is out.
ALTER TABLE {table} DETACH PARTITION {partition} FINALIZE;

-- name: drop_month
-- A partition that is out is gone.
DROP TABLE {partition};
