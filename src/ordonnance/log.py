"""Logs for operators: one JSON object a line on standard error, nobody's health in them."""

from datetime import UTC, datetime
import logging
import sys
from typing import Any

import msgspec
from typing_extensions import override

LOGGER = logging.getLogger("ordonnance")


class JSONFormatter(logging.Formatter):
    """One line of JSON: when, how grave, what, and what the caller adds under ``said``."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            **getattr(record, "said", {}),
        }
        if record.exc_info is not None:
            line["where"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def start_logging() -> None:
    """Send the project's logs to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JSONFormatter())
    LOGGER.handlers = [handler]
    LOGGER.propagate = False
    LOGGER.setLevel(logging.INFO)
