"""The téléservice as a présérie sees it, in JSON: events, traces postes, lots of SCOR."""

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Any

import httpx2
import msgspec

from ordonnance.simulation.telling import PlotError, Refused

JSON = "application/json"
JSON_LINES = "application/jsonl"
FILE_SECONDS_MAX = 30.0
_FILE_NAME = re.compile(r'filename="([\w.-]+)"')


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was answered: the name under which it is to be saved, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered: the HTTP status, and a JSON object."""

    status: int
    body: Mapping[str, Any]


class Correspondent:
    """A connection to the téléservice for one of those who take part in a présérie.

    *token* is their bearer token. Nothing is retried here.
    """

    def __init__(self, url: str, token: str, *, transport: httpx2.BaseTransport) -> None:
        headers = {"Accept": JSON, "Authorization": f"Bearer {token}"}
        self._http = httpx2.Client(base_url=url, headers=headers, transport=transport)

    def open(self, events: list[dict[str, Any]], *, key: str) -> Said:
        """Open a présérie with its first events."""
        return self._write("/preseries", events, key)

    def tell(self, preserie: str, event: Mapping[str, Any], *, key: str) -> Said:
        """Tell an event of the présérie of that identifier."""
        return self._write(f"/preseries/{preserie}/events", event, key)

    def read(self, preserie: str) -> Said:
        """The présérie of that identifier, as it stands."""
        return _read(self._http.get(f"/preseries/{preserie}"))

    def take_bilan(self, preserie: str) -> Taken:
        """The bilan of the présérie of that identifier, as a PDF.

        Raises:
            PlotError: it is not given.
        """
        path = f"/portail/preseries/{preserie}/bilan.pdf"
        response = self._http.get(path, timeout=FILE_SECONDS_MAX)
        name = _FILE_NAME.search(response.headers.get("Content-Disposition", ""))
        if response.status_code != 200 or name is None:  # noqa: PLR2004 - the status of HTTP
            raise PlotError(f"expected a file, got {response.status_code}")
        return Taken(name[1], response.content)

    def send_traces(self, body: bytes) -> Said:
        """Send traces postes, compressed lines of JSON."""
        headers = {"Content-Type": JSON_LINES}
        return _read(self._http.post("/traces", content=body, headers=headers))

    def send_lot(self, lot: bytes, scans: Mapping[str, tuple[str, bytes]]) -> Said:
        """Send a lot of SCOR; each of *scans* by its part: the type of its content, its bytes."""
        parts = [("lot", ("lot.json", lot, JSON))]
        parts += [(name, (name, content, kind)) for name, (kind, content) in scans.items()]
        return _read(self._http.post("/scor/lots", files=parts))

    def read_lot(self, lot: str) -> Said:
        """The lot of that name, as it is judged now."""
        return _read(self._http.get(f"/scor/lots/{lot}"))

    def _write(self, path: str, said: object, key: str) -> Said:
        headers = {"Content-Type": JSON, "Idempotency-Key": key}
        return _read(self._http.post(path, content=msgspec.json.encode(said), headers=headers))


def _read(response: httpx2.Response) -> Said:
    return Said(response.status_code, msgspec.json.decode(response.content))


def accepted(said: Said, status: int = 201) -> Mapping[str, Any]:
    """The JSON object that *said* holds, if it has the *status* that the story says.

    Raises:
        PlotError: it has another.
    """
    if said.status != status:
        raise PlotError(f"expected {status}, got {said.status} {said.body.get('code', '')}".strip())
    return said.body


def declined(said: Said, status: int, code: str) -> Refused:
    """The refusal that *said* is, if it is the one that the story says.

    Raises:
        PlotError: it is another, or none.
    """
    found = said.body.get("code")
    if (said.status, found) != (status, code):
        raise PlotError(f"expected {status} {code}, got {said.status} {found or ''}".strip())
    return Refused(status, code, said.body["sentence"], may_override=False)
