"""A pilot pharmacy's présérie, told by HTTP to a program that is served, and its personal link."""

from http.client import HTTPConnection
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from api.preseries import claims_of
from browsing import Site
from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.server import open_links
from ordonnance.settings import Settings
from ordonnance.usecases.link import Invited


def write_link(settings: Settings, name: str, am: str) -> str:
    """The address of the own page of a pharmacy of the présérie *name*."""
    links = open_links(settings)
    assert links is not None
    return f"/p/{links.write(Invited(name, Party(PartyKind.PILOT, am)))}"


def send(site: Site, path: str, event: dict[str, Any], key: str) -> dict[str, Any]:
    """The answer to an event, told by who may tell it; it must be recorded."""
    connection = HTTPConnection(urlsplit(site.address).netloc)
    headers = {
        "Authorization": f"Bearer {site.token(claims_of(event))}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Idempotency-Key": key,
    }
    connection.request("POST", path, json.dumps(event), headers)
    answer = connection.getresponse()
    told: dict[str, Any] = json.loads(answer.read())
    connection.close()
    assert answer.status == 201, (event, told)
    return told


def tell(site: Site, name: str, *events: dict[str, Any]) -> None:
    """Tell what happens to the présérie *name*."""
    for event in events:
        send(site, f"/preseries/{name}/events", event, f"told {id(event)} {event['do']}")


def open_preserie(site: Site, *story: dict[str, Any]) -> str:
    """The identifier of a présérie whose story is told."""
    name = str(send(site, "/preseries", story[0], "open")["id"])
    tell(site, name, *story[1:])
    return name


def post_form(site: Site, path: str, **said: str) -> int:
    """The status of the answer to a form."""
    connection = HTTPConnection(urlsplit(site.address).netloc)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urlencode(said), headers)
    status = connection.getresponse().status
    connection.close()
    return status
