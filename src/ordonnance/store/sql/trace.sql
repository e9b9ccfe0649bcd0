-- Traces postes, counted and purged. Days are texts, YYYY-MM-DD, in Paris.

-- name: count_calls
-- Attempts by site, version, operation, day and period: an attempt is a distinct command, told by
-- its first trace, of the period in which the first of its traces to come came. It was recorded if the base holds its command; a consultation, which leaves no command, if
-- its workstation saw it done. Else its last trace tells whether the prescription was refused.
SELECT
    told.am,
    told.version,
    told.operation,
    told.made_on,
    count(*) AS attempts,
    sum(told.is_recorded) AS recorded,
    sum(CASE WHEN told.is_recorded = 0 THEN told.ends_refused ELSE 0 END) AS business_refusals,
    told.period
FROM (
    SELECT
        called.am,
        called.version,
        called.operation,
        called.made_on,
        called.ends_refused,
        CASE
            WHEN called.operation = 'consult' THEN called.was_done
            WHEN EXISTS (
                SELECT 1
                FROM recorded_command
                WHERE recorded_command.am = called.am
                    AND recorded_command.operation = called.operation
                    AND recorded_command.command = called.command
            ) THEN 1
            ELSE 0
        END AS is_recorded,
        CASE
            WHEN called.came_at <= :first_end THEN 0
            WHEN called.came_at <= :second_end THEN 1
            ELSE 2
        END AS period
    FROM (
        SELECT
            am,
            version,
            operation,
            command,
            made_on,
            row_number() OVER (
                PARTITION BY am, operation, command, CASE WHEN command = '' THEN trace_id END
                ORDER BY made_at, attempt, trace_id
            ) AS place,
            first_value(is_business_refusal) OVER (
                PARTITION BY am, operation, command, CASE WHEN command = '' THEN trace_id END
                ORDER BY made_at DESC, attempt DESC, trace_id DESC
            ) AS ends_refused,
            max(is_done) OVER (
                PARTITION BY am, operation, command, CASE WHEN command = '' THEN trace_id END
            ) AS was_done,
            min(received_at) OVER (
                PARTITION BY am, operation, command, CASE WHEN command = '' THEN trace_id END
            ) AS came_at
        FROM trace
        WHERE made_on >= :earliest
            AND made_on <= :latest
            AND (CAST(:am AS text) IS NULL OR am = :am)
    ) AS called
    WHERE called.place = 1 AND called.made_on >= :since AND called.made_on <= :until
) AS told
GROUP BY told.am, told.version, told.operation, told.made_on, told.period
ORDER BY told.am, told.version, told.operation, told.made_on, told.period;

-- name: list_attempts
-- Attempts of a site, newest first, each told by its last trace; day and version by its first.
SELECT
    told.trace_id,
    told.command,
    told.workstation,
    told.version,
    told.operation,
    told.made_on,
    told.tries,
    told.outcome,
    told.document
FROM (
    SELECT
        called.*,
        CASE
            WHEN called.operation = 'consult' AND called.was_done = 1 THEN 'recorded'
            WHEN called.operation <> 'consult' AND EXISTS (
                SELECT 1
                FROM recorded_command
                WHERE recorded_command.am = called.am
                    AND recorded_command.operation = called.operation
                    AND recorded_command.command = called.command
            ) THEN 'recorded'
            WHEN called.ends_refused = 1 THEN 'business_refusal'
            WHEN called.was_done = 1 THEN 'never_recorded'
            ELSE 'failed'
        END AS outcome
    FROM (
        SELECT
            am,
            trace_id,
            command,
            workstation,
            operation,
            made_at,
            document,
            is_business_refusal AS ends_refused,
            row_number() OVER (
                PARTITION BY am, operation, command, CASE WHEN command = '' THEN trace_id END
                ORDER BY made_at DESC, attempt DESC, trace_id DESC
            ) AS place,
            first_value(version) OVER (
                PARTITION BY am, operation, command, CASE WHEN command = '' THEN trace_id END
                ORDER BY made_at, attempt, trace_id
            ) AS version,
            first_value(made_on) OVER (
                PARTITION BY am, operation, command, CASE WHEN command = '' THEN trace_id END
                ORDER BY made_at, attempt, trace_id
            ) AS made_on,
            count(*) OVER (
                PARTITION BY am, operation, command, CASE WHEN command = '' THEN trace_id END
            ) AS tries,
            max(is_done) OVER (
                PARTITION BY am, operation, command, CASE WHEN command = '' THEN trace_id END
            ) AS was_done
        FROM trace
        WHERE am = :am AND made_on >= :earliest AND made_on <= :latest
    ) AS called
    WHERE called.place = 1 AND called.made_on >= :since AND called.made_on <= :until
) AS told
WHERE (CAST(:operation AS text) IS NULL OR told.operation = :operation)
    AND (CAST(:version AS text) IS NULL OR trim(told.version) = :version)
    AND (CAST(:outcome AS text) IS NULL OR told.outcome = :outcome)
ORDER BY told.made_at DESC, told.trace_id
LIMIT CAST(:limit AS integer) OFFSET CAST(:offset AS integer);

-- name: list_workstations
-- What each workstation sends, by site.
SELECT am, workstation, last_received_at, gap_ms, taken_count, duplicate_count
FROM trace_workstation
WHERE CAST(:am AS text) IS NULL OR am = :am
ORDER BY am, workstation;

-- name: count_traces_before
-- How many traces of each site come before a day.
SELECT am, count(*) AS traces
FROM trace
WHERE made_on < :before
GROUP BY am
ORDER BY am;

-- name: count_commands_before
-- How many recorded commands of each site come before a day.
SELECT am, count(*) AS commands
FROM recorded_command
WHERE recorded_on < :before
GROUP BY am
ORDER BY am;

-- name: drop_traces
-- The traces that come before a day go.
DELETE FROM trace WHERE made_on < :before;

-- name: drop_commands
-- The recorded commands that come before a day go.
DELETE FROM recorded_command WHERE recorded_on < :before;

-- name: drop_workstations
-- Workstations of which no trace is left go.
DELETE FROM trace_workstation
WHERE NOT EXISTS (
    SELECT 1
    FROM trace
    WHERE trace.am = trace_workstation.am AND trace.workstation = trace_workstation.workstation
);

-- name: drop_trace_refusals
-- What was told of refused lines goes, where none came since a day.
DELETE FROM trace_refusal WHERE last_received_on < :before;

-- name: list_trace_refusals
-- The lines that were refused, by site, workstation and rule.
SELECT am, workstation, rule, refused_count, last_line, last_received_at
FROM trace_refusal
WHERE CAST(:am AS text) IS NULL OR am = :am
ORDER BY am, workstation, rule;

-- name: find_commands
-- The commands that a word may mean, each by its site and its operation: it is their key, in a
-- trace or recorded; or it names one of their traces. A call without key is named by its trace.
SELECT am, operation, command, trace_id
FROM (
    SELECT am, operation, command, CASE WHEN command = '' THEN trace_id ELSE '' END AS trace_id
    FROM trace
    WHERE command = :word AND command <> ''
    UNION
    SELECT
        trace.am,
        trace.operation,
        trace.command,
        CASE WHEN trace.command = '' THEN trace.trace_id ELSE '' END AS trace_id
    FROM (SELECT DISTINCT am FROM trace_workstation) AS site
    JOIN trace ON trace.am = site.am AND trace.trace_id = :word
    UNION
    SELECT am, operation, command, '' AS trace_id
    FROM recorded_command
    WHERE command = :word
) AS meant
ORDER BY am, operation, command, trace_id;

-- name: list_command_traces
-- The traces of a command, or the one of that name, in order.
SELECT trace_id, version, workstation, made_at, received_at, attempt, document
FROM trace
WHERE am = :am
    AND operation = :operation
    AND command = :command
    AND (CAST(:trace_id AS text) = '' OR trace_id = :trace_id)
ORDER BY made_at, attempt, trace_id;

-- name: find_recorded
-- The day on which a command was recorded, and the execution that it left.
SELECT recorded_on, document, month
FROM recorded_command
WHERE am = :am AND operation = :operation AND command = :command;
