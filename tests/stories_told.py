"""A story of a présérie told to a program that is served, request by request."""

from http.client import HTTPConnection
from itertools import count
import json
from typing import Any
from urllib.parse import urlsplit

from api.preseries import claims_of
from browsing import Site

_keys = count(1)


def open_story(site: Site, *story: dict[str, Any]) -> str:
    """The address of the pages of a présérie whose story is told."""
    told = _post(site, "/preseries", story[0])
    address = f"/portail/preseries/{told['id']}"
    tell_more(site, address, *story[1:])
    return address


def tell_more(site: Site, address: str, *story: dict[str, Any]) -> None:
    """Tell what follows to the présérie whose pages are at *address*."""
    for event in story:
        _post(site, f"{address.removeprefix('/portail')}/events", event)


def _post(site: Site, path: str, event: dict[str, Any]) -> dict[str, Any]:
    headers = {
        "Authorization": f"Bearer {site.token(claims_of(event))}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"story {next(_keys)}",
    }
    body = json.dumps([event] if path == "/preseries" else event)
    connection = HTTPConnection(urlsplit(site.address).netloc)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        said = json.load(answer)
    finally:
        connection.close()
    assert answer.status == 201, (event, said)
    return dict(said)
