-- Traces postes: calls as workstations saw them, what each workstation sends, and the commands that
-- the base recorded, by which both are joined. Days are texts, YYYY-MM-DD, in Paris.

CREATE TABLE trace (
    am text NOT NULL,
    trace_id text NOT NULL,
    operation text NOT NULL,
    command text NOT NULL,
    version text NOT NULL,
    workstation text NOT NULL,
    made_on text NOT NULL,
    made_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    attempt integer NOT NULL,
    is_done integer NOT NULL,
    is_business_refusal integer NOT NULL,
    document bytea NOT NULL,
    PRIMARY KEY (am, trace_id)
) WITHOUT ROWID;

CREATE INDEX trace_day ON trace (made_on, am);

CREATE TABLE trace_workstation (
    am text NOT NULL,
    workstation text NOT NULL,
    last_received_at timestamptz NOT NULL,
    gap_ms bigint,
    taken_count bigint NOT NULL,
    duplicate_count bigint NOT NULL,
    PRIMARY KEY (am, workstation)
) WITHOUT ROWID;

CREATE TABLE recorded_command (
    am text NOT NULL,
    operation text NOT NULL,
    command text NOT NULL,
    recorded_on text NOT NULL,
    PRIMARY KEY (am, operation, command)
) WITHOUT ROWID;

CREATE INDEX recorded_command_day ON recorded_command (recorded_on);
