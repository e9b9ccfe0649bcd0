-- The purge on SQLite: a month is a range of numbers, taken away bucket by bucket so that nobody
-- waits long to write. Names of tables are ours, never input.
--
-- Keys begin with the bucket, so a table is looked at from bucket to bucket, whatever they are.

-- name: prepare_purge
-- What is deleted is overwritten: in a file, free pages would keep it.
PRAGMA secure_delete = ON;

-- name: claim_purge
-- Two purges at once share the work: each piece is one transaction.
SELECT 1 AS is_ours;

-- name: list_purges
-- Every record of a purge.
SELECT chain, rank, CAST(document AS blob) AS document FROM purge ORDER BY chain, rank, bucket;

-- name: list_old_months
-- The months of a table before a number.
WITH RECURSIVE held (bucket) AS (
    SELECT min(bucket) FROM {table}
    UNION ALL
    SELECT (SELECT min(bucket) FROM {table} WHERE bucket > held.bucket)
    FROM held
    WHERE held.bucket IS NOT NULL
)
SELECT DISTINCT substr(found.number, 3, 2) AS month
FROM held
CROSS JOIN {table} AS found ON found.bucket = held.bucket AND found.number < :before;

-- name: list_month_buckets
-- In which buckets a table holds a month, and how many rows.
WITH RECURSIVE held (bucket) AS (
    SELECT min(bucket) FROM {table}
    UNION ALL
    SELECT (SELECT min(bucket) FROM {table} WHERE bucket > held.bucket)
    FROM held
    WHERE held.bucket IS NOT NULL
)
SELECT found.bucket, count(*) AS row_count
FROM held
CROSS JOIN {table} AS found
    ON found.bucket = held.bucket AND found.number >= :low AND found.number < :high
GROUP BY found.bucket;

-- name: count_in_bucket
-- How many rows of a month a bucket of a table holds.
SELECT count(*) AS row_count
FROM {table}
WHERE bucket = :bucket AND number >= :low AND number < :high;

-- name: empty_bucket
-- A month goes from a bucket of a table.
DELETE FROM {table} WHERE bucket = :bucket AND number >= :low AND number < :high;
