"""What tests of searches share: forms, pages, and people whom no other test knows."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any
from urllib.parse import urlencode

from falcon.testing import Result

from api.services import Service
from ordonnance.domain.identifiers import INS, INSAuthority, PrescriptionNumber
from ordonnance.simulation.population import DOCTOR, PHARMACIST, Patient, Professional

FORM = "application/x-www-form-urlencoded"
PRESENT = {"Presence": "carte-vitale"}
NOBODY_YET = count()  # one for all tests: bases outlive a file of tests


def a_patient(chance: int) -> Patient:
    """Somebody else for each *chance*, from 0 to 999,999."""
    body = f"2790351{chance:06}"
    ins = INS.parse(f"{body}{97 - int(body) % 97:02}", INSAuthority.TEST)
    return Patient(ins=ins, family="ESSAI", given="Anne", born_on="1979-03-14", gender="female")


def a_doctor(chance: int) -> Professional:
    """Another prescriber for each *chance*, from 0 to 999,999: their RPPS has its key."""
    body = f"1009{chance:06}"
    digits = [int(digit) for digit in body]
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[::-2]]
    key = -(sum(doubled) + sum(digits[-2::-2])) % 10
    rpps = type(DOCTOR.rpps).parse(f"{body}{key}")
    return Professional(role=DOCTOR.role, profession=DOCTOR.profession, name="Dr X", rpps=rpps)


def token_of(ins: INS) -> str:
    """A patient as a search names them."""
    return f"urn:oid:{ins.authority.value}|{ins.value}"


def search(
    service: Service,
    fields: Mapping[str, str] | list[tuple[str, str]] | bytes,
    *,
    claims: dict[str, Any] | None = None,
    **headers: str,
) -> Result:
    """The answer to a search, by the pharmacist unless *claims* say otherwise."""
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    token = service.token(PHARMACIST.claims if claims is None else claims)
    sent = {"Content_Type": FORM, **headers}
    return service.send("POST", "/fhir/Task/_search", token=token, body=body, **sent)


def next_of(result: Result) -> str | None:
    """The address of the next page."""
    links = {link["relation"]: link["url"] for link in result.json.get("link", [])}
    return links.get("next")


def follow(service: Service, url: str, claims: dict[str, Any]) -> Result:
    """The page at an address."""
    path, _, query = url.partition("?")
    return service.send("GET", path, token=service.token(claims), query=query)


def pages_of(service: Service, first: Result, claims: dict[str, Any]) -> Iterator[Result]:
    """All the pages, from the first on."""
    result = first
    while True:
        assert result.status_code == 200, result.text
        yield result
        url = next_of(result)
        if url is None:
            return
        result = follow(service, url, claims)


def ids_of(result: Result) -> list[str]:
    """The ids of what a page shows."""
    assert result.status_code == 200, result.text
    bundle = result.json
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "searchset")
    assert {entry["search"]["mode"] for entry in bundle["entry"]} <= {"match"}
    return [entry["resource"]["id"] for entry in bundle["entry"]]


def entries_of(service: Service, number: PrescriptionNumber, action: str) -> int:
    """How many journal entries of an action a prescription has."""
    [count] = service.ask(
        "count(*) FROM journal_entry WHERE number = ? AND "
        + (
            "CAST(document AS text) LIKE ?"
            if service.settings.database.startswith("sqlite")
            else "convert_from(document, 'UTF8') LIKE ?"
        ),
        number.value,
        f'%"action":"{action}"%',
    )
    return int(count)
