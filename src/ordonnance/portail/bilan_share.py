"""Sharing a bilan from its page: who signed it, who did not agree, and what the form says.

Source: PRE-87.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ordonnance.domain.bilan import Bilan, Share
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_party import CNAM, GIE, PILOTS, VENDOR, Party, PartyKind
from ordonnance.portail.choices import Choices, list_readers
from ordonnance.portail.field import Form, Wrong
from ordonnance.portail.portal import first

# The text has both share it: they are not asked whether.
BOTH = (str(VENDOR), str(CNAM))
TITLES = {VENDOR: "L’éditeur", CNAM: "La Cnam"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """Who has to sign a bilan, and the last they said of it; None: nothing yet."""

    title: str
    said: Share | None
    is_theirs: bool

    @property
    def state(self) -> str:
        """``signed``, ``against`` or ``missing``."""
        if self.said is None:
            return "missing"
        return "against" if self.said.disagreement else "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareForm:
    """What the form offers, and what is filled in: readers, and a disagreement being written."""

    readers: Choices
    chosen: Sequence[str]
    disagreement: str

    @classmethod
    def fill(cls, preserie: Preserie, said: Form) -> "ShareForm":
        """The form as it was sent, or with everybody chosen."""
        readers = [one for one in list_readers(preserie) if one[0] not in BOTH]
        return cls(
            readers=readers,
            chosen=said.get("with", []) if said else [value for value, _ in readers],
            disagreement=first(said, "disagreement"),
        )


def list_signatories(bilan: Bilan, party: Party | None) -> list[Signatory]:
    """The vendor and the Cnam, each with what they last said; *party* is who looks.

    Source: PRE-61, PRE-87.
    """
    last = {one.by: one for one in bilan.shares if one.content or one.disagreement}
    return [
        Signatory(title=title, said=last.get(one), is_theirs=one == party)
        for one, title in TITLES.items()
    ]


def list_sharings(preserie: Preserie, bilan: Bilan) -> list[tuple[str, bool]]:
    """Each actor of the project, in words, and whether the bilan is shared with them.

    Source: PRE-3, PRE-87.
    """
    actors = (VENDOR, CNAM, GIE, *preserie.concerned, PILOTS, Party(PartyKind.PROFESSION))
    shared = [one.words for one in bilan.shared_with]
    kinds = {one.kind for one in bilan.shared_with}
    left_out = [
        one.words
        for one in actors
        if one not in bilan.shared_with
        and not (one.kind is PartyKind.PROFESSION and one.kind in kinds)
    ]
    return [*((words, True) for words in shared), *((words, False) for words in left_out)]


def read_share(said: Form) -> tuple[dict[str, object], list[Wrong]]:
    """The event that the form says, and what is wrong with it.

    What is said is said of the bilan that was read: its hash goes with a disagreement too, and one
    drawn since is refused.

    Source: PRE-61, PRE-87.
    """
    text = first(said, "disagreement")
    stance = first(said, "stance")
    event: dict[str, object] = {"do": "share_bilan", "with": [*BOTH, *said.get("with", [])]}
    wrong = []
    match stance:
        case "sign":
            event["content"] = first(said, "content")
            if text:
                sentence = "Vous avez écrit un désaccord : dites-le, ou effacez-le pour signer."
                wrong.append(Wrong("disagreement", sentence))
        case "disagree":
            event |= {"content": first(said, "content"), "disagreement": text}
            if not text:
                wrong.append(Wrong("disagreement", "Dites avec quoi vous n’êtes pas d’accord."))
        case "share":
            pass
        case _:
            wrong.append(Wrong("stance", "Dites si vous signez, ou si vous n’êtes pas d’accord."))
    return event, wrong
