"""The form of ``_search`` read into a search, and what it finds written as a Bundle."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from ordonnance.domain.actor import Actor
from ordonnance.domain.days import end_of_day
from ordonnance.domain.identifiers import INS, INSAuthority
from ordonnance.domain.rights import Status
from ordonnance.domain.search import COUNT_DEFAULT, COUNT_MAX, Found, Search
from ordonnance.fhir.reading import read_moment, refuse_element
from ordonnance.fhir.task import TASK_STATUS, Receipt, task_of

PREFIXES = ("ge", "gt", "le", "lt", "eq")
NAMES = ("patient", "status", "authored-on", "_count")
DAY_LENGTH = len("2026-11-23")
MICROSECONDS_DIGITS = 6

_encode = msgspec.json.Encoder(decimal_format="number").encode

# What a word of ``status`` stands for: one of our statuses, or all of one of Task.status.
_STATUSES: Mapping[str, frozenset[Status]] = {
    **{
        word: frozenset(status for status, said in TASK_STATUS.items() if said == word)
        for word in TASK_STATUS.values()
    },
    **{status.value: frozenset((status,)) for status in Status},
}


def read(pairs: Sequence[tuple[str, str]], *, actor: Actor, reason: str | None) -> Search:
    """The search that a form asks for.

    Criteria of one name narrow each other; words between commas widen. What is not known is
    refused: passed over, it would show more than was asked for.

    Raises:
        Refusal: ELEMENT_INVALID, INS_INVALID. None repeats a value: it may be an INS.

    Source: TLS-61; FHIR R4, 3.1.1.4 (search).
    """
    given: dict[str, list[str]] = {name: [] for name in NAMES}
    for name, value in pairs:
        known = name.removesuffix(":identifier")
        if known == "_format":
            continue
        if known not in given or known not in (name, "patient"):
            raise refuse_element("_search", f"critère inconnu ; connus : {', '.join(NAMES)}")
        given[known].append(value)
    for name in ("patient", "_count"):
        if len(given[name]) > 1:
            raise refuse_element(name, "une seule fois")
    since, until = read_period(given["authored-on"])
    return Search(
        actor=actor,
        patient=read_patient(given["patient"][0]) if given["patient"] else None,
        statuses=read_statuses(given["status"]),
        since=since,
        until=until,
        count=read_count(given["_count"][0] if given["_count"] else None),
        reason=reason,
    )


def read_patient(text: str) -> INS:
    """The patient of ``system|value``, the system an OID with ``urn:oid:`` or without.

    Raises:
        Refusal: ELEMENT_INVALID, INS_INVALID.
    """
    system, _, value = text.partition("|")
    try:
        authority = INSAuthority(system.strip().removeprefix("urn:oid:"))
    except ValueError:
        problem = "attendu system|value, le système étant celui d’une INS (urn:oid:…)"
        raise refuse_element("patient", problem) from None
    return INS.parse(value.strip(), authority, "patient")


def read_statuses(texts: Iterable[str]) -> frozenset[Status]:
    """The statuses that all of *texts* allow, each a list of words: FHIR's and ours alike.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    statuses = frozenset(Status)
    for text in texts:
        allowed: frozenset[Status] = frozenset()
        for word in text.split(","):
            known = _STATUSES.get(word.rpartition("|")[2].strip())
            if known is None:
                raise refuse_element("status", f"connus : {', '.join(_STATUSES)}")
            allowed |= known
        statuses &= allowed
    return statuses


def read_period(texts: Iterable[str]) -> tuple[datetime | None, datetime | None]:
    """The first instant that all of *texts* allow, and the first that they do not any more.

    A day is that of Paris; an instant lasts as long as the last of its digits says.

    Raises:
        Refusal: ELEMENT_INVALID.

    Source: FHIR R4, 3.1.1.4.6 (dates and prefixes).
    """
    since: datetime | None = None
    until: datetime | None = None
    for text in texts:
        prefix, written = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
        if prefix not in PREFIXES:
            raise refuse_element("authored-on", f"préfixes connus : {', '.join(PREFIXES)}")
        begins, ends = read_span(written)
        lower = {"ge": begins, "gt": ends, "eq": begins}.get(prefix)
        upper = {"lt": begins, "le": ends, "eq": ends}.get(prefix)
        since = max(filter(None, (since, lower)), default=None)
        until = min(filter(None, (until, upper)), default=None)
    return since, until


def read_span(text: str) -> tuple[datetime, datetime]:
    """When a day, or an instant, begins, and the first instant after it; in UTC.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    begins = read_moment(text, "authored-on")
    if len(text) == DAY_LENGTH:
        return begins.astimezone(UTC), end_of_day(date.fromisoformat(text)).astimezone(UTC)
    digits = text.partition(".")[2].partition("+")[0].partition("-")[0].rstrip("Z")
    lasts = timedelta(microseconds=10 ** (MICROSECONDS_DIGITS - min(len(digits), 6)))
    return begins.astimezone(UTC), begins.astimezone(UTC) + lasts


def read_count(text: str | None) -> int:
    """How many a page holds, from 1 to 50; 20 where nothing is said.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    if text is None:
        return COUNT_DEFAULT
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(COUNT_MAX))
    if not is_number or not 1 <= int(text) <= COUNT_MAX:
        raise refuse_element("_count", f"attendu un nombre de 1 à {COUNT_MAX}")
    return int(text)


def write(page: Found, receipt: Receipt, following: str | None) -> bytes:
    """The Bundle of the Tasks found; *following* is the cursor of the next page."""
    tasks = [task_of(answer, receipt) for answer in page.answers]
    return write_page(tasks, "/fhir/Task", following)


def write_page(resources: Sequence[dict[str, Any]], address: str, following: str | None) -> bytes:
    """A page as a Bundle ``searchset``: each resource, and the address of the next page.

    Source: TLS-62; FHIR R4, 3.1.1.5 (paging).
    """
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
    if following is not None:
        bundle["link"] = [{"relation": "next", "url": f"{address}?next={following}"}]
    bundle["entry"] = [
        {"resource": resource, "search": {"mode": "match"}} for resource in resources
    ]
    return _encode(bundle)
