-- SCOR: lots of pieces as they came, their acknowledgement, and the scans. Days are texts,
-- YYYY-MM-DD, in Paris. A patient and a prescription stand in documents alone, which are sealed.

CREATE TABLE scor_lot (
    am text NOT NULL,
    lot text NOT NULL,
    digest text NOT NULL,
    received_on text NOT NULL,
    received_at timestamptz NOT NULL,
    document bytea NOT NULL,
    arl bytea NOT NULL,
    PRIMARY KEY (am, lot)
);

CREATE INDEX scor_lot_day ON scor_lot (received_on, am);

CREATE TABLE scor_piece (
    am text NOT NULL,
    invoice text NOT NULL,
    piece text NOT NULL,
    lot text NOT NULL,
    received_at timestamptz NOT NULL,
    decision text NOT NULL,
    verdict text NOT NULL,
    PRIMARY KEY (am, invoice, piece, lot)
);

CREATE INDEX scor_piece_lot ON scor_piece (am, lot);

CREATE TABLE scor_scan (
    am text NOT NULL,
    lot text NOT NULL,
    part text NOT NULL,
    media text NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (am, lot, part)
);
