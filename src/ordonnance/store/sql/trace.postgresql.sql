-- Traces postes and recorded commands, a set in one statement.

-- name: write_traces
-- New traces; gives the names of those that were not there yet.
INSERT INTO trace (
    am, trace_id, operation, command, version, workstation, made_on, made_at, received_at, attempt,
    is_done, is_business_refusal, document
)
SELECT * FROM unnest(
    CAST(:am AS text[]),
    CAST(:trace_id AS text[]),
    CAST(:operation AS text[]),
    CAST(:command AS text[]),
    CAST(:version AS text[]),
    CAST(:workstation AS text[]),
    CAST(:made_on AS text[]),
    CAST(:made_at AS timestamptz[]),
    CAST(:received_at AS timestamptz[]),
    CAST(:attempt AS integer[]),
    CAST(:is_done AS integer[]),
    CAST(:is_business_refusal AS integer[]),
    CAST(:document AS bytea[])
)
ON CONFLICT DO NOTHING
RETURNING trace_id;

-- name: write_workstations
-- What came from each workstation, added to what came before.
INSERT INTO trace_workstation (
    am, workstation, last_received_at, gap_ms, taken_count, duplicate_count
)
SELECT * FROM unnest(
    CAST(:am AS text[]),
    CAST(:workstation AS text[]),
    CAST(:last_received_at AS timestamptz[]),
    CAST(:gap_ms AS bigint[]),
    CAST(:taken_count AS bigint[]),
    CAST(:duplicate_count AS bigint[])
)
ON CONFLICT (am, workstation) DO UPDATE SET
    last_received_at = excluded.last_received_at,
    gap_ms = coalesce(excluded.gap_ms, trace_workstation.gap_ms),
    taken_count = trace_workstation.taken_count + excluded.taken_count,
    duplicate_count = trace_workstation.duplicate_count + excluded.duplicate_count;

-- name: write_commands
-- Commands that were recorded; the same key may serve for several prescriptions of a site.
INSERT INTO recorded_command (am, operation, command, recorded_on, document, month)
SELECT * FROM unnest(
    CAST(:am AS text[]),
    CAST(:operation AS text[]),
    CAST(:command AS text[]),
    CAST(:recorded_on AS text[]),
    CAST(:document AS bytea[]),
    CAST(:month AS text[])
)
ON CONFLICT DO NOTHING;

-- name: write_trace_refusals
-- Lines that were refused, added to those that were before; the last one is told.
INSERT INTO trace_refusal (
    am, workstation, rule, refused_count, last_line, last_received_at, last_received_on
)
SELECT * FROM unnest(
    CAST(:am AS text[]),
    CAST(:workstation AS text[]),
    CAST(:rule AS text[]),
    CAST(:refused_count AS bigint[]),
    CAST(:last_line AS integer[]),
    CAST(:last_received_at AS timestamptz[]),
    CAST(:last_received_on AS text[])
)
ON CONFLICT (am, workstation, rule) DO UPDATE SET
    refused_count = trace_refusal.refused_count + excluded.refused_count,
    last_line = excluded.last_line,
    last_received_at = excluded.last_received_at,
    last_received_on = excluded.last_received_on;
