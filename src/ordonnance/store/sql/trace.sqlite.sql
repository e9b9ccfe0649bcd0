-- Traces postes and recorded commands, a row at a time: SQLite has no round trip.

-- name: write_traces
-- A new trace; gives its name if it was not there yet.
INSERT INTO trace (
    am, trace_id, operation, command, version, workstation, made_on, made_at, received_at, attempt,
    is_done, is_business_refusal, document
)
VALUES (
    :am, :trace_id, :operation, :command, :version, :workstation, :made_on, :made_at, :received_at,
    :attempt, :is_done, :is_business_refusal, :document
)
ON CONFLICT DO NOTHING
RETURNING trace_id;

-- name: write_workstations
-- What came from each workstation, added to what came before.
INSERT INTO trace_workstation (
    am, workstation, last_received_at, gap_ms, taken_count, duplicate_count
)
VALUES (:am, :workstation, :last_received_at, :gap_ms, :taken_count, :duplicate_count)
ON CONFLICT (am, workstation) DO UPDATE SET
    last_received_at = excluded.last_received_at,
    gap_ms = coalesce(excluded.gap_ms, trace_workstation.gap_ms),
    taken_count = trace_workstation.taken_count + excluded.taken_count,
    duplicate_count = trace_workstation.duplicate_count + excluded.duplicate_count;

-- name: write_commands
-- Commands that were recorded; the same key may serve for several prescriptions of a site.
INSERT INTO recorded_command (am, operation, command, recorded_on, document, month)
VALUES (:am, :operation, :command, :recorded_on, :document, :month)
ON CONFLICT DO NOTHING;

-- name: write_trace_refusals
-- Lines that were refused, added to those that were before; the last one is told.
INSERT INTO trace_refusal (
    am, workstation, rule, refused_count, last_line, last_received_at, last_received_on
)
VALUES (
    :am, :workstation, :rule, :refused_count, :last_line, :last_received_at, :last_received_on
)
ON CONFLICT (am, workstation, rule) DO UPDATE SET
    refused_count = trace_refusal.refused_count + excluded.refused_count,
    last_line = excluded.last_line,
    last_received_at = excluded.last_received_at,
    last_received_on = excluded.last_received_on;
