"""The téléservice seen from a workstation: one method an operation, one reply each."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2
import msgspec

from ordonnance.domain.identifiers import INS, PrescriptionNumber

FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the téléservice answered: a status, and a FHIR resource as a JSON object."""

    status: int
    resource: dict[str, Any]
    is_replay: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it was done, now or by an earlier sending."""
        return self.status in (200, 201, 202)

    @property
    def refusal(self) -> str | None:
        """The code of the refusal; None if it was done."""
        if self.is_done:
            return None
        codings = self.resource["issue"][0]["details"].get("coding", [{}])
        return str(codings[0].get("code", "FAILURE"))

    @property
    def sentence(self) -> str:
        """What the refusal says to the professional; empty if it was done."""
        return "" if self.is_done else str(self.resource["issue"][0]["details"]["text"])

    @property
    def resources(self) -> list[dict[str, Any]]:
        """What a Bundle holds, in its order; nothing, where the answer is none."""
        return [entry["resource"] for entry in self.resource.get("entry", [])]

    @property
    def next_url(self) -> str | None:
        """Where the page after this one is, on the same téléservice; None: this is the last.

        A page may hold nothing and have one after it.
        """
        urls = [link["url"] for link in self.resource.get("link", []) if link["relation"] == "next"]
        return str(urls[0]) if urls else None


class Teleservice:
    """A connection to the téléservice, for one person on one workstation.

    *token* is their bearer token. Nothing is retried here: a writing request that got no answer
    may be sent again with the same key, and acts once.
    """

    def __init__(
        self, url: str, token: str | None, *, transport: httpx2.BaseTransport | None = None
    ) -> None:
        headers = {"Accept": FHIR_JSON}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx2.Client(
            base_url=url, headers=headers, timeout=TIMEOUT_SECONDS, transport=transport
        )

    def __enter__(self) -> Self:
        """Use it in a ``with``: the connection is closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._http.close()

    def issue(self, body: bytes, *, key: str) -> Reply:
        """Issue the prescription that a Bundle orders."""
        return self._post("/fhir/Task/$issue", body, key)

    def read(self, number: PrescriptionNumber, *, reason: str | None = None) -> Reply:
        """The Task of a prescription."""
        return self._get(f"/fhir/Task/{number}", reason)

    def consult(self, number: PrescriptionNumber, *, reason: str | None = None) -> Reply:
        """The prescription as it was written, and what was done since."""
        return self._get(f"/fhir/Task/{number}/$consult", reason)

    def execute(self, number: PrescriptionNumber, body: bytes, *, key: str) -> Reply:
        """Record what a Bundle says was done."""
        return self._post(f"/fhir/Task/{number}/$execute", body, key)

    def undo(self, number: PrescriptionNumber, body: bytes, *, key: str) -> Reply:
        """Take back the execution that Parameters name."""
        return self._post(f"/fhir/Task/{number}/$undo", body, key)

    def cancel(self, number: PrescriptionNumber, body: bytes, *, key: str) -> Reply:
        """Cancel what has not been executed."""
        return self._post(f"/fhir/Task/{number}/$cancel", body, key)

    def replace(self, number: PrescriptionNumber, body: bytes, *, key: str) -> Reply:
        """Issue the prescription that a Bundle orders in place of *number*."""
        return self._post(f"/fhir/Task/{number}/$replace", body, key)

    def reserve(self, number: PrescriptionNumber, *, key: str) -> Reply:
        """Keep the lines of one's profession for fifteen minutes, or as long again."""
        return self._post(f"/fhir/Task/{number}/$reserve", b"", key)

    def release(self, number: PrescriptionNumber, *, key: str) -> Reply:
        """Let go of the lines that one reserved."""
        return self._post(f"/fhir/Task/{number}/$release", b"", key)

    def correct(self, number: PrescriptionNumber, body: bytes, *, key: str) -> Reply:
        """Say anew the execution that Parameters name."""
        return self._post(f"/fhir/Task/{number}/$correct", body, key)

    def propose(self, number: PrescriptionNumber, body: bytes, *, key: str) -> Reply:
        """Ask the prescriber to agree to the adaptation that Parameters describe."""
        return self._post(f"/fhir/Task/{number}/$propose", body, key)

    def reply(self, number: PrescriptionNumber, body: bytes, *, key: str) -> Reply:
        """Agree, or not, to the proposal that Parameters name."""
        return self._post(f"/fhir/Task/{number}/$reply", body, key)

    def oppose(self, number: PrescriptionNumber, body: bytes, *, key: str) -> Reply:
        """Say, or take back, that the patient objects to what Parameters name: ``$object``."""
        return self._post(f"/fhir/Task/{number}/$object", body, key)

    def identify(self, number: PrescriptionNumber, body: bytes, *, key: str) -> Reply:
        """Give the prescription the patient's INS that Parameters name."""
        return self._post(f"/fhir/Task/{number}/$identify", body, key)

    def search(
        self,
        *,
        patient: INS | None = None,
        statuses: Iterable[str] = (),
        written: Iterable[str] = (),
        count: int | None = None,
        reason: str | None = None,
        presence: str | None = None,
    ) -> Reply:
        """A Bundle of the Tasks found, newest first; ``next_page`` gives those after it.

        *patient* None: one's own. *statuses*: any of these, FHIR's or ours (``EN_COURS``).
        *written*: all of these days or instants, each after a prefix (``ge2026-06-01``).
        *count*: how many a page holds. *reason*: why a prescriber looks beyond their own.
        *presence*: how who executes knows that the patient is there (``carte-vitale``).

        All but the last two goes in a form: nothing of a patient stands in an address.
        """
        form: dict[str, str | list[str]] = {}
        if patient is not None:
            form["patient"] = f"urn:oid:{patient.authority.value}|{patient.value}"
        if any_of := ",".join(statuses):
            form["status"] = any_of
        if all_of := list(written):
            form["authored-on"] = all_of
        if count is not None:
            form["_count"] = str(count)
        headers = [*_header("Reason", reason), *_header("Presence", presence)]
        # Without a criterion, the form is empty and httpx2 would not say that it is one.
        headers.append((b"Content-Type", FORM.encode()))
        return self._reply(self._http.post("/fhir/Task/_search", data=form, headers=headers))

    def alerts(self, *, count: int | None = None) -> Reply:
        """A Bundle of the DetectedIssues that concern one, newest first; *count* to a page."""
        query = "" if count is None else f"?_count={count}"
        return self._get(f"/fhir/DetectedIssue{query}", None)

    def next_page(self, page: Reply) -> Reply | None:
        """The page after *page*, of a search or of alerts; None: it was the last.

        What the first page asked for is in the link, within the hour: nothing is said again.
        """
        return None if page.next_url is None else self._get(page.next_url, None)

    def _get(self, path: str, reason: str | None) -> Reply:
        return self._reply(self._http.get(path, headers=_header("Reason", reason)))

    def _post(self, path: str, body: bytes, key: str) -> Reply:
        headers = {"Content-Type": FHIR_JSON, "Idempotency-Key": key}
        return self._reply(self._http.post(path, content=body, headers=headers))

    @staticmethod
    def _reply(response: httpx2.Response) -> Reply:
        return Reply(
            status=response.status_code,
            resource=msgspec.json.decode(response.content),
            is_replay=response.headers.get("Idempotent-Replayed") == "true",
        )


def _header(name: str, text: str | None) -> list[tuple[bytes, bytes]]:
    # French does not fit in ASCII; and what was typed on two lines is one header.
    return [] if text is None else [(name.encode(), " ".join(text.split()).encode())]
