"""What tests of préséries over HTTP share: who sends what, and stories told request by request."""

from itertools import count
import json
from typing import Any

from falcon.testing import Result

from api.services import Service
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.simulation.population import PHARMACIST

JSON = "application/json"
LINES = "application/x-ndjson"
VENDOR = {"role": "vendor", "vendor": "Alba"}
CNAM = {"role": "cnam"}
GIE = {"role": "gie"}
OPERATOR = {"role": "operator"}
_keys = count(1)


def a_caisse(department: str) -> dict[str, Any]:
    return {"role": "cpam", "cpam": department}


def a_pilot(am: str, **more: Any) -> dict[str, Any]:
    claims = {key: value for key, value in PHARMACIST.claims.items() if key != "am"}
    return {**claims, "am": am, **more}


def claims_of(event: dict[str, Any]) -> dict[str, Any]:
    """The token of who says an event: whom it names, else the first who may."""
    by = event.get("by") or EVENTS[event["do"]].roles[0].value
    kind, _, name = by.partition(":")
    if kind == "pilot":
        return a_pilot(name or event["am"])
    known = {"vendor": VENDOR, "cnam": CNAM, "gie": GIE, "cpam": a_caisse(name)}
    return known[kind]


def post(
    service: Service,
    path: str,
    body: Any,
    *,
    claims: dict[str, Any] = VENDOR,
    key: str | None = "",
    **headers: str,
) -> Result:
    """The answer to a writing request, by a key of its own unless one is given."""
    sent = {"Accept": JSON, "Content_Type": JSON, **headers}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    if key == "":
        key = f"key {next(_keys)}"
    return service.send("POST", path, token=service.token(claims), body=content, key=key, **sent)


def get(service: Service, path: str, claims: dict[str, Any] = CNAM, **headers: str) -> Result:
    sent = {"Accept": JSON, **headers}
    return service.send("GET", path, token=service.token(claims), **sent)


def tell(service: Service, name: str, event: dict[str, Any], **more: Any) -> Result:
    """The answer to an event, sent by who may say it unless *more* says otherwise."""
    sent = {"claims": claims_of(event), **more}
    return post(service, f"/preseries/{name}/events", event, **sent)


def open_preserie(service: Service, *story: dict[str, Any], **more: Any) -> str:
    """The identifier of a présérie whose story is told, its first event as it is opened."""
    result = post(service, "/preseries", [story[0]], **more)
    assert result.status_code == 201, result.text
    name = str(result.json["id"])
    for event in story[1:]:
        answer = tell(service, name, event)
        assert answer.status_code == 201, (event, answer.text)
    return name


def refusal_of(result: Result) -> tuple[int, str]:
    """The status and the code of a refusal, which must be one in due form."""
    told = result.json
    assert {"code", "sentence"} <= set(told) <= {"code", "sentence", "where"}
    assert told["sentence"].endswith(".")
    assert result.headers["content-type"] == "application/json"
    assert result.headers["cache-control"] == "no-store"
    return result.status_code, told["code"]
