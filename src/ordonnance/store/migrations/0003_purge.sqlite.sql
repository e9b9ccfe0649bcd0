-- The purge: what the journal keeps of months that went, each record held by a block of its own;
-- and how much a purge under way has taken so far.

CREATE TABLE purge (
    bucket smallint NOT NULL,
    chain text NOT NULL,
    rank integer NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (bucket, chain, rank)
) WITHOUT ROWID;

CREATE TABLE purge_tally (
    month text NOT NULL,
    kind text NOT NULL,
    row_count bigint NOT NULL,
    PRIMARY KEY (month, kind)
) WITHOUT ROWID;
