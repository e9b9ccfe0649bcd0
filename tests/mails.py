"""What tests of e-mails share: histories told in memory, and relays that answer as told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
import json
import socket

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from ordonnance.domain.contact import Contacts
from ordonnance.domain.preserie_history import History, PreserieOperation, Recorded
from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.usecases.link import Links
from ordonnance.usecases.mail import Post
from ordonnance.usecases.mail_message import Stationery

NAME = "7K3MQ2ZT9XB4CDEF"
AT = datetime(2026, 1, 19, 8, 30, tzinfo=UTC)  # a Monday, 9.30 in Paris
LINKS = Links.derive("tests")
CONTACTS = Contacts(
    {
        "cnam": ("cnam@exemple.fr",),
        "gie": ("gie@exemple.fr",),
        "cpam:33": ("cpam33@exemple.fr",),
        "vendor:alba": ("alba@exemple.fr",),
    }
)
SENDER = "preserie@exemple.fr"
ADDRESS = "https://ordonnance.exemple"


class Clock:
    def __init__(self, at=AT):
        self.at = at

    def __call__(self):
        return self.at


def tell(history, *events, at=AT):
    """*history* once these events were received *at* an instant; each is accepted."""
    more = [
        Recorded(
            preserie=history.id,
            rank=rank,
            at=at,
            operation=PreserieOperation.TELL,
            by=who_says(event),
            key=f"k{rank}",
            digest="",
            document=json.dumps(event),
        )
        for rank, event in enumerate(events, start=history.last + 1)
    ]
    replayed = history.add(more)
    assert replayed.replayed.refused == ()
    return replayed


def who_says(event):
    """The first who may say an event; of a pilot's, its own."""
    kind = EVENTS[event["do"]].roles[0]
    return Party(kind, event["am"] if kind is PartyKind.PILOT else "")


def a_history(*events, at=AT, name=NAME):
    return tell(History(id=name), *events, at=at)


def a_post(carrier, *, contacts=CONTACTS, links=LINKS, address=ADDRESS):
    return Post(Stationery(contacts=contacts, sender=SENDER, address=address, links=links), carrier)


def read_outbox(folder):
    """The messages of an outbox, in the order in which they were written."""
    return [read_message(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def read_message(content):
    return message_from_bytes(content, policy=policy.default)


def text_of(message):
    return message.get_body(("plain",)).get_content()


class Scripted:
    """Answers each message with the next of *replies*, the last one again and again."""

    def __init__(self, *replies):
        self.replies = list(replies)
        self.taken = []

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if reply == "hang up":
            server.transport.abort()
            return "421 never heard"
        if reply.startswith("250"):
            self.taken.append(read_message(envelope.content))
        return reply


class Cutting(SMTP):
    """Hangs up once the message has begun."""

    async def smtp_DATA(self, arg):  # noqa: N802 - aiosmtpd's name
        await self.push("354 go on")
        await self._reader.read(10)
        self.transport.abort()


class CuttingController(Controller):
    def factory(self):
        return Cutting(self.handler)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def relaying(handler, port, *, controller=Controller) -> Iterator[None]:
    """A relay on the loopback that *handler* answers for."""
    running = controller(handler, hostname="127.0.0.1", port=port)
    running.start()
    try:
        yield
    finally:
        running.stop(no_assert=True)
