"""HTTP by hand, on sockets that can be cut anywhere."""

from http.client import HTTPResponse
import json
import socket
import struct
from typing import Self

from journeys.service import PATIENCE_SECONDS, Person, Service, write_token
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.poste.client import FHIR_JSON, Reply

ISSUE = "/fhir/Task/$issue"


def execute_path(number: PrescriptionNumber) -> str:
    """Where the executions of a prescription are sent."""
    return f"/fhir/Task/{number}/$execute"


class Wire:
    """One connection of one person, told byte by byte what to send."""

    def __init__(self, service: Service, person: Person) -> None:
        address = ("127.0.0.1", service.port)
        self._socket = socket.create_connection(address, timeout=PATIENCE_SECONDS)
        self._token = write_token(person)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, text: bytes) -> None:
        """Send these very bytes."""
        self._socket.sendall(text)

    def head(self, path: str, *, key: str, **more: object) -> bytes:
        """The head of a writing request; *more* are headers, ``_`` for ``-``."""
        headers = {
            "Host": "ordonnance",
            "Authorization": f"Bearer {self._token}",
            "Content-Type": FHIR_JSON,
            "Idempotency-Key": key,
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {said}" for name, said in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode()

    def post(self, path: str, body: bytes, *, key: str) -> None:
        """Send a whole request, in one go."""
        self.send(self.head(path, key=key, Content_Length=len(body)) + body)

    def send_chunk(self, chunk: bytes) -> None:
        """Send a chunk of a body whose length was not announced; the empty one ends it."""
        self.send(b"%x\r\n%b\r\n" % (len(chunk), chunk))

    def read(self) -> Reply:
        """The answer."""
        with HTTPResponse(self._socket) as response:
            response.begin()
            is_replay = response.getheader("Idempotent-Replayed") == "true"
            body = json.loads(response.read())
            return Reply(status=response.status, resource=body, is_replay=is_replay)

    def read_to_the_end(self) -> bytes:
        """All that comes until the service hangs up."""
        chunks = []
        while chunk := self._socket.recv(65_536):
            chunks.append(chunk)
        return b"".join(chunks)

    def hang_up(self) -> None:
        """Say that nothing more will be sent, and listen no more."""
        self._socket.close()

    def cut(self) -> None:
        """Break off, as when a cable is pulled and something tells the other end."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()
