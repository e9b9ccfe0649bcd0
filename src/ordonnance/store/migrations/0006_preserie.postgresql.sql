-- Préséries: what happened to each, event by event, each as it came and held by a block of the
-- journal (chain, block, position). Nothing else is kept: a présérie is what its events make.

CREATE TABLE preserie_event (
    preserie text COLLATE "C" NOT NULL,
    rank integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    operation text NOT NULL,
    party text NOT NULL,
    key text NOT NULL,
    digest text NOT NULL,
    document bytea NOT NULL,
    chain text COLLATE "C" NOT NULL,
    block integer NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (preserie, rank)
);
