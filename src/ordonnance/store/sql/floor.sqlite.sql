-- The floor of the bench on SQLite: it writes with the queries of the service itself, in one
-- transaction a prescription, for SQLite has no statement that writes to several tables.

-- name: engine_version
-- The version of the engine.
SELECT sqlite_version() AS version;

-- name: count_partitions
-- Over how many months a base is spread: SQLite has no partitions.
SELECT 0 AS partition_count;

-- name: settle_down
-- What the last of many commits leaves to do: the log is brought back into the base.
PRAGMA wal_checkpoint(TRUNCATE);
