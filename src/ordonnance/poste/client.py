"""The téléservice seen from a workstation: one method an operation, one reply each."""

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2
import msgspec

from ordonnance.domain.identifiers import PrescriptionNumber

FHIR_JSON = "application/fhir+json"
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

    def _get(self, path: str, reason: str | None) -> Reply:
        # French does not fit in ASCII; and what was typed on two lines is one header.
        headers = [] if reason is None else [(b"Reason", " ".join(reason.split()).encode())]
        return self._reply(self._http.get(path, headers=headers))

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
