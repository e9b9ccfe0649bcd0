"""How a session of PostgreSQL is set, whatever the server's own settings."""

from collections.abc import Mapping

# The plans of the hot queries must not depend on when they were made: a plan drawn while a
# partition was empty would read it whole once it is full. Joins on keys, by index, whatever the
# statistics say; one generic plan, since planning against 63 partitions costs more than reading.
POSTGRESQL_OPTIONS = " ".join(
    f"-c {option}"
    for option in (
        "timezone=UTC",
        "plan_cache_mode=force_generic_plan",
        "enable_seqscan=off",
        "enable_hashjoin=off",
        "enable_mergejoin=off",
        "jit=off",
        "synchronous_commit=on",
        # Nobody waits for ever for somebody who is gone: a lock, or a client cut off.
        "lock_timeout=10s",
        "idle_in_transaction_session_timeout=60s",
        "tcp_user_timeout=10s",
    )
)

# Of several hosts the one that takes writes is chosen; a connection on which nothing comes back is
# given up within seconds, instead of hours.
ADDRESS_DEFAULTS: Mapping[str, str] = {
    "target_session_attrs": "read-write",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
}
