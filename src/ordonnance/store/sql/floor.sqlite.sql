-- The floor of the bench on SQLite: it writes with the queries of the service itself, in one
-- transaction a prescription, for SQLite has no statement that writes to several tables.

-- name: engine_version
-- The version of the engine.
SELECT sqlite_version() AS version;
