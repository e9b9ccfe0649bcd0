-- What leads from a call to its proof: the execution that a command left (number and rank, sealed,
-- gone with the month of the number),
-- the lines that were refused, by workstation and rule, and the phase of a lot.

ALTER TABLE recorded_command ADD COLUMN document bytea;

ALTER TABLE recorded_command ADD COLUMN month text;

CREATE INDEX recorded_command_key ON recorded_command (command);

CREATE INDEX trace_command ON trace (command);

CREATE TABLE trace_refusal (
    am text NOT NULL,
    workstation text NOT NULL,
    rule text NOT NULL,
    refused_count bigint NOT NULL,
    last_line integer NOT NULL,
    last_received_at timestamptz NOT NULL,
    last_received_on text NOT NULL,
    PRIMARY KEY (am, workstation, rule)
) WITHOUT ROWID;

ALTER TABLE scor_lot ADD COLUMN phase text NOT NULL DEFAULT '1';

UPDATE scor_lot SET phase = '2' WHERE instr(CAST(arl AS text), '"phase":"2"') > 0;
