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


def report_failure(reference: str, route: str, error: BaseException) -> None:
    """Log a bug or an outage by the *reference* its user was given, without anybody's words."""
    said = {"correlation": reference, "route": route, "error": describe(error)}
    LOGGER.error("failure", extra={"said": said})


def describe(error: BaseException) -> list[str]:
    """Where an exception came from, innermost last: file, line and function, no values."""
    places = [type(error).__name__]
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    if error.__cause__ is not None:
        places.extend(["from", *describe(error.__cause__)])
    return places
