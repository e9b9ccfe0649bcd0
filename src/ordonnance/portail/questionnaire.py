"""The questionnaire of a pilot, one question a screen: what is asked, and a draft of the answers.

The draft is kept by the pilot's own browser, in a cookie: half an answer is nobody else's business,
and what is said of a software is recorded when it is sent, not before.

Source: PRE-74.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated
import zlib

import msgspec

from ordonnance.domain.preserie_event_bilan import AnswerQuestionnaire
from ordonnance.domain.workflow import OPERATIONS
from ordonnance.portail.field import Form, Wrong, find_identities

OVERALL, BRAKE, LIFT, SEND = "overall", "brake", "lift", "send"
NOT_USED = "none"
TEXT_LENGTH_MAX = 1000
USER_LENGTH_MAX = 100
DRAFT_LENGTH_MAX = 3600  # a browser keeps 4096 bytes of a cookie, its name and path included
_INFLATED_MAX = 16 * 1024

Scale = Annotated[int, msgspec.Meta(ge=1, le=5)]
SCALE_WORDS: Mapping[int, str] = {
    1: "très faible",
    2: "faible",
    3: "moyenne",
    4: "bonne",
    5: "très bonne",
}
# By question: what is asked, and how the answers are listed.
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "consult": ("Consulter une ordonnance", "Consulter"),
    "execute": ("Enregistrer une exécution", "Exécuter"),
    "correct": ("Corriger une exécution", "Corriger"),
    "undo": ("Annuler une exécution", "Annuler"),
    OVERALL: ("L’ordonnance numérique dans votre logiciel, dans l’ensemble", "Dans l’ensemble"),
    BRAKE: ("Voyez-vous un frein au déploiement de ce logiciel\u202f?", "Frein"),
    LIFT: ("Qu’est-ce qui lèverait ce frein\u202f?", "Ce qui le lèverait"),
    SEND: ("Relire, et envoyer", ""),
}


def say_question(name: str) -> tuple[str, str]:
    """What is asked, and how its answer is listed; modalities may ask about any operation."""
    if name in QUESTIONS:
        return QUESTIONS[name]
    return OPERATIONS[name].purpose, OPERATIONS[name].purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was answered so far; None: not yet.

    *marks*: by operation, None there: not used yet. *lifted_by* empty: its author does not know.
    """

    marks: dict[str, Scale | None] = field(default_factory=dict)
    overall: Scale | None = None
    is_brake: bool | None = None
    lifted_by: str | None = None
    text: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions asked of somebody whose *draft* stands so, in order; *names* name them."""

    names: tuple[str, ...]
    draft: Draft

    @property
    def first_open(self) -> str:
        """The first one not answered yet; the last screen, once all are."""
        return next((one for one in self.names if not self._is_answered(one)), SEND)

    def place(self, name: str) -> int:
        """The rank of a question, from 1."""
        return self.names.index(name) + 1

    def before(self, name: str) -> str | None:
        """The question before; None before the first."""
        rank = self.names.index(name)
        return self.names[rank - 1] if rank else None

    def is_within_reach(self, name: str) -> bool:
        """Whether it may be shown: the last screen is for who answered all."""
        return name in self.names and (name != SEND or self.first_open == SEND)

    def _is_answered(self, name: str) -> bool:
        match name:
            case "overall":
                return self.draft.overall is not None
            case "brake":
                return self.draft.is_brake is not None
            case "lift":
                return self.draft.lifted_by is not None
            case "send":
                return False
            case _:
                return name in self.draft.marks


def list_questions(operations: Sequence[str], draft: Draft) -> Questions:
    """One question an operation, one of the whole, the brake and what would lift it, a last word.

    Source: PRE-74.
    """
    lift = (LIFT,) if draft.is_brake else ()
    return Questions((*operations, OVERALL, BRAKE, *lift, SEND), draft)


def take_answer(draft: Draft, question: str, said: Form, on: date) -> tuple[Draft, list[Wrong]]:
    """The draft once *question* is answered by a form, or what is wrong with the answer.

    Source: PRE-74.
    """
    words = {name: values[0].strip() for name, values in said.items()}
    match question:
        case "lift":
            lifted_by = words.get("lifted_by", "")
            if not lifted_by and words.get("answer") != NOT_USED:
                return draft, [
                    Wrong("lifted_by", "Dites-le, ou choisissez «\u202fJe ne sais pas\u202f».")
                ]
            changed = replace(draft, lifted_by=lifted_by)
        case "send":
            changed = replace(draft, text=words.get("text", ""), user=words.get("user", ""))
        case "brake":
            flag = {"oui": True, "non": False}.get(words.get("answer", ""))
            if flag is None:
                return draft, [Wrong("answer", "Choisissez oui ou non.")]
            changed = replace(draft, is_brake=flag, lifted_by=draft.lifted_by if flag else None)
        case _:
            return _take_mark(draft, question, words.get("answer", ""))
    return changed, find_wrong(changed, on)


def _take_mark(draft: Draft, question: str, said: str) -> tuple[Draft, list[Wrong]]:
    mark = int(said) if said in {str(one) for one in SCALE_WORDS} else None
    if mark is None and (question == OVERALL or said != NOT_USED):
        return draft, [Wrong("answer", "Choisissez une note de 1 à 5.")]
    if question == OVERALL:
        return replace(draft, overall=mark), []
    return replace(draft, marks={**draft.marks, question: mark}), []


def find_wrong(draft: Draft, on: date) -> list[Wrong]:
    """What must not be sent in the words of a draft, on the day *on*.

    Source: ours (PRE-74): no health data in a présérie; and nothing is cut without a word.
    """
    texts = {"lifted_by": draft.lifted_by or "", "text": draft.text, "user": draft.user}
    told = find_identities(texts, on)
    limits = {"lifted_by": TEXT_LENGTH_MAX, "text": TEXT_LENGTH_MAX, "user": USER_LENGTH_MAX}
    long = [
        Wrong(name, f"{limits[name]} caractères au plus\u202f: raccourcissez.")
        for name, text in texts.items()
        if len(text) > limits[name]
    ]
    if not long and len(write_draft(draft)) > DRAFT_LENGTH_MAX:
        long = [Wrong("text", "Vos textes sont trop longs\u202f: raccourcissez-les.")]
    return [*told, *long]


def write_draft(draft: Draft) -> str:
    """The draft as a cookie holds it."""
    return urlsafe_b64encode(zlib.compress(msgspec.json.encode(draft), 9)).decode()


def read_draft(text: str) -> Draft:
    """The draft that a cookie holds; an empty one where it holds none in due form.

    Source: PRE-74: whatever a browser sends is read as a form is, with its limits.
    """
    try:
        inflater = zlib.decompressobj()
        document = inflater.decompress(urlsafe_b64decode(text), _INFLATED_MAX)
        return msgspec.json.decode(document, type=Draft)
    except (ValueError, zlib.error, msgspec.DecodeError):
        return Draft()


def open_again(answer: AnswerQuestionnaire) -> Draft:
    """The draft of somebody who changes *answer*. Source: PRE-74."""
    return Draft(
        marks={one.operation: one.satisfaction for one in answer.answers},
        overall=answer.satisfaction,
        is_brake=answer.blocking_brake,
        lifted_by=(answer.brake or "") if answer.blocking_brake else None,
        text=answer.text,
        user=answer.user or "",
    )


def write_event(draft: Draft, am: str, operations: Sequence[str]) -> dict[str, object]:
    """The event that a finished draft says. Source: PRE-73."""
    event: dict[str, object] = {
        "do": "answer_questionnaire",
        "am": am,
        "satisfaction": draft.overall,
        "blocking_brake": draft.is_brake,
        "text": draft.text,
        "answers": {one: draft.marks[one] for one in operations if one in draft.marks},
    }
    if draft.user:
        event["user"] = draft.user
    if draft.lifted_by:
        event["brake"] = draft.lifted_by
    return event
