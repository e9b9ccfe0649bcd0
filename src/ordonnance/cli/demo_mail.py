"""The e-mails of ``ordonnance demo``: each leaves into a folder that ends with the demonstration.

Source: PRE-55, PRE-58.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
import re

from ordonnance.domain.preserie_history import History
from ordonnance.server import open_post
from ordonnance.settings import Settings
from ordonnance.simulation.population import ALBA, CAISSE, CNAM, CORAIL, GIE, Professional
from ordonnance.simulation.preserie_play import MAIL_DOMAIN, Play, contact_of
from ordonnance.simulation.stage import Clock
from ordonnance.simulation.telling import Answer, Note, Speech, Title, Told, insist
from ordonnance.store.database import connect
from ordonnance.usecases.mail import Post
from ordonnance.usecases.preserie import catch_up

FOLDER, CONTACTS = "courriels", "contacts.toml"
_LINK = re.compile(r"http://\S+/p/\S+")


def set_post(settings: Settings, folder: Path, url: str) -> Settings:
    """*settings* with which e-mails stay in *folder*, and lead to the service at *url*.

    Whatever an operator set for theirs: nobody is to receive what is made up.
    """
    contacts = folder / CONTACTS
    contacts.write_text(write_contacts(), "utf-8")
    return replace(
        settings,
        mail=str(folder / FOLDER),
        contacts=str(contacts),
        sender=f"ordonnance@{MAIL_DOMAIN}",
        address=url,
        link_key="",
    )


def write_contacts() -> str:
    """The file of contacts: where the Cnam, the GIE, the CPAM and both vendors are written to."""
    names = {
        CNAM.role.value: "cnam",
        GIE.role.value: "gie",
        f"cpam:{CAISSE.cpam}": f"cpam{CAISSE.cpam}",
        **{f"vendor:{one.vendor}": str(one.vendor).lower() for one in (ALBA, CORAIL)},
    }
    return "".join(f'"{party}" = ["{name}@{MAIL_DOMAIN}"]\n' for party, name in names.items())


class Postman:
    """Passes each evening of the story, as the service itself does every ten seconds.

    The story's days go by in less than that, and what is three days late is no longer sent.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._post: Post = open_post(settings)
        self._clock = clock
        self._database = settings.database
        self._held: Mapping[str, History] = {}

    def call(self) -> None:
        """Send what is due."""
        with closing(connect(self._database)) as base:
            with base.snapshot():
                self._held = catch_up(base, self._held)
            self._post.deliver(base, self._held, self._clock)


def tell_mails(play: Play, folder: Path, *, stays: bool) -> Iterator[Told]:
    """How many e-mails left, and one of them.

    Raises:
        PlotError: none led the pharmacy to its own page.
    """
    pharmacy = play.alba.pilots[0]
    received = read_mails(folder, pharmacy)
    count = len(list(folder.glob("*.eml")))
    yield Title(None, "Ce qui est parti par courriel")
    yield Speech("Chaque acteur", "a reçu ce qui le concerne, à la date de l’histoire.")
    yield Answer("", f"{count} courriels, dans un dossier temporaire.")
    insist("the pharmacy was written to", is_so=bool(received))
    told = received[0]
    insist("it leads to its page", is_so=_LINK.search(text_of(told)) is not None)
    yield Note(
        f"Le premier de la {pharmacy.name} : « {told['Subject']} ». Son lien "
        "personnel y est : il ouvre sa page, sans compte."
    )
    if stays:
        yield Note(f"Pour les lire : {folder}")


def find_link(folder: Path, pharmacy: Professional) -> str:
    """The personal link that a *pharmacy* last received.

    Raises:
        PlotError: it received none.
    """
    found = [
        link.group()
        for one in read_mails(folder, pharmacy)
        for link in _LINK.finditer(text_of(one))
    ]
    insist("it received its link", is_so=bool(found))
    return found[-1]


def read_mails(folder: Path, pharmacy: Professional) -> list[EmailMessage]:
    """What a *pharmacy* received, in the order in which it left."""
    mails = [
        message_from_bytes(path.read_bytes(), EmailMessage, policy=SMTP)
        for path in sorted(folder.glob("*.eml"))
    ]
    return [one for one in mails if one["To"] == contact_of(pharmacy)]


def text_of(mail: EmailMessage) -> str:
    """The text of *mail*, its invitation aside."""
    body = mail.get_body(("plain",))
    text: str = "" if body is None else body.get_content()
    return text
