"""A wire between the service and PostgreSQL that can be cut where it hurts: around a COMMIT."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
import select
import socket
from threading import Event, Thread
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict

CHUNK_BYTES = 65_536
PATIENCE_SECONDS = 20.0
READY = b"Z\0\0\0\5"  # the server has dealt with all that it was sent


class Cut(Enum):
    """When the wire breaks, seen from the client's next COMMIT."""

    BEFORE = auto()  # the server never hears of it
    UNDER_WAY = auto()  # the server has it, and may take its time
    AFTER = auto()  # the server has committed and said so, to nobody


class CutWire:
    """Forwards connections to a server; cuts one of them, once, when told to.

    While *is_down*, whoever connects is sent away, as by a server that is starting.
    """

    def __init__(self, url: str) -> None:
        self._upstream = conninfo_to_dict(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._cut: Cut | None = None
        self._passing = 0
        self._is_down_after_cut = False
        self.is_down = False
        self.turned_away = 0
        self._was_cut = Event()
        self._has_turned_away = Event()
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        """The address of the same database, by this wire."""
        known = {name: self._upstream.get(name) for name in ("user", "password")}
        host, port = self._listener.getsockname()
        options = {"host": host, "port": port, "sslmode": "disable", "gssencmode": "disable"}
        wanted = {name: value for name, value in {**known, **options}.items() if value}
        return f"postgresql:///{quote(self._upstream['dbname'])}?{urlencode(wanted)}"

    def cut(self, when: Cut, *, for_good: bool = False, after: int = 0) -> None:
        """Cut at the next COMMIT but *after*; *for_good*: and stay down from then on."""
        self._was_cut.clear()
        self._passing = after
        self._is_down_after_cut = for_good
        self._cut = when

    @property
    def was_cut(self) -> bool:
        """Whether the cut that was asked for has happened."""
        return self._was_cut.is_set()

    def wait_until_cut(self) -> None:
        """Until the cut that was asked for has happened."""
        assert self._was_cut.wait(PATIENCE_SECONDS), "nobody sent a COMMIT to cut"

    def wait_until_tried(self) -> None:
        """Until somebody has tried to connect while the wire was down."""
        assert self._has_turned_away.wait(PATIENCE_SECONDS), "nobody tried to connect again"

    def close(self) -> None:
        """Stop; every client has hung up before."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive(), "a client is still connected through the wire"
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.is_down:
                self.turned_away += 1
                self._has_turned_away.set()
                client.close()
                continue
            thread = Thread(target=self._carry, args=[client])
            self._threads.append(thread)
            thread.start()

    def _reach(self) -> socket.socket:
        host, port = self._upstream.get("host") or "127.0.0.1", self._upstream.get("port") or 5432
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def _carry(self, client: socket.socket) -> None:
        with suppress(OSError), client, self._reach() as server:
            while True:
                ready, _, _ = select.select([client, server], [], [])
                for end in ready:
                    chunk = end.recv(CHUNK_BYTES)
                    if not chunk:
                        return
                    if end is server:
                        client.sendall(chunk)
                    elif b"COMMIT" in chunk and self._is_time():
                        if self._cut_at(chunk, client, server):
                            return
                    else:
                        server.sendall(chunk)

    def _is_time(self) -> bool:
        if self._cut is None:
            return False
        self._passing -= 1
        return self._passing < 0

    def _cut_at(self, chunk: bytes, client: socket.socket, server: socket.socket) -> bool:
        """Deal with the COMMIT in *chunk* as told; whether the caller is to hang up on both.

        A COMMIT comes with what it commits: where the server refused that, it waits for the next.
        """
        if self._cut is not Cut.BEFORE:
            server.sendall(chunk)
        said = b""
        while self._cut is Cut.AFTER and b"COMMIT" not in said:
            ready, _, _ = select.select([client, server], [], [], PATIENCE_SECONDS)
            assert ready, "the server never committed"
            for end in ready:
                more = end.recv(CHUNK_BYTES)
                assert more, "somebody hung up instead of committing"
                if end is client:
                    server.sendall(more)
                else:
                    said += more  # nobody hears of it
            if READY in said and b"COMMIT" not in said:
                client.sendall(said)
                return False
        self.is_down = self._is_down_after_cut
        self._cut = None
        self._was_cut.set()
        return True


@contextmanager
def wired(url: str) -> Iterator[CutWire]:
    """A wire to the database at *url*."""
    wire = CutWire(url)
    try:
        yield wire
    finally:
        wire.close()
