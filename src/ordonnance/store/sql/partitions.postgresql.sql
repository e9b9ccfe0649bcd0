-- The months of the base. Names and bounds are ours, never somebody's input.

-- name: list_partitions
-- The partitions that exist.
SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r';

-- name: open_month
-- The partition of a table for the numbers of a month.
CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table} FOR VALUES FROM ('{low}') TO ('{high}');
