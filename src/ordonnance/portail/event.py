"""An event told from a page: the form of its verb, sent as ``POST /preseries/{id}/events`` is.

Source: PRE-72.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
import re

from falcon import HTTPNotFound
import msgspec

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_document import BYTES_MAX
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.domain.preserie_submission import Submission, Submitted
from ordonnance.domain.refusal import Refusal
from ordonnance.portail.event_form import EventForm
from ordonnance.portail.field import Field, Wrong, find_identities, read_fields
from ordonnance.portail.filing import Uploads, keep_file
from ordonnance.portail.forms import FORMS
from ordonnance.portail.naming import say_state, say_title
from ordonnance.portail.portal import (
    Form,
    FormPage,
    Portal,
    Visit,
    first,
    read_form,
    redirect,
    status_of,
)
from ordonnance.portail.upload import File, read_upload
from ordonnance.portail.visitor import Visitor

_encode = msgspec.json.encode
_RANK_LENGTH_MAX = 9
REPORT = "report_anomaly"
_KEY = re.compile(r"[ -~]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was typed in a form, and what is wrong with it: nothing yet, by default."""

    said: Form
    wrong: Sequence[Wrong] = ()
    sentence: str = ""
    status: int = 200


class EventPage(FormPage):
    """``/portail/preseries/{name}/{verb}``: the form of a verb, and what it sends."""

    def __init__(self, portal: Portal) -> None:
        super().__init__(portal)
        self._uploads = Uploads()

    async def show(self, visit: Visit) -> None:
        """The form; fields named in the query are filled in."""
        form = find_form(visit)
        history = await read(self.portal, visit)
        proposed = propose(form.list_fields(history.preserie), history.preserie)
        given = {name: visit.req.get_param_as_list(name) or [] for name in visit.req.params}
        self._show(visit, history, Told(said={**proposed, **given}))

    async def take(self, visit: Visit) -> None:
        """Tell the event; what is wrong is said above the form, which keeps what was typed."""
        form = find_form(visit)
        history = await read(self.portal, visit)
        said: Form = {}
        try:
            with self._uploads.enter() if form.document else nullcontext():
                said, file = await read_sent(visit, form)
                members, wrong = read_fields(form.list_fields(history.preserie), said)
                wrong += find_identities(members, day_in_paris(self.portal.clock()))
                if wrong:
                    self._show(visit, history, Told(said=said, wrong=wrong, status=422))
                    return
                verb = visit.names["verb"]
                event = {"do": verb, **form.build(members)}
                if form.document and file:
                    name, _ = form.document
                    event[name] = await keep_file(self.portal, visit, history.id, file)
                await tell(self.portal, visit.visitor, history.id, [event], said)
        except Refusal as refusal:
            told = Told(said=said, sentence=refusal.sentence, status=status_of(refusal))
            self._show(visit, history, told)
            return
        redirect(visit.resp, f"{visit.visitor.home}/preseries/{history.id}?fait={verb}")

    def _show(self, visit: Visit, history: History, told: Told) -> None:
        form = FORMS[visit.names["verb"]]
        self.portal.pages.show(
            visit.resp,
            form.template,
            status=told.status,
            visitor=visit.visitor,
            history=history,
            preserie=history.preserie,
            title=say_title(history),
            state=say_state(history.preserie),
            form=form,
            fields=form.list_fields(history.preserie),
            said=told.said,
            wrong={one.name: one.sentence for one in told.wrong},
            sentence=told.sentence,
            # The same key again says the same thing once; another page is another saying.
            key=first(told.said, "key") or self.portal.draw(),
            seen=first(told.said, "seen") or str(history.last),
            **form.describe(history.preserie),
        )


def find_form(visit: Visit) -> EventForm:
    """The form of the verb that an address names, if who looks may tell it.

    A pilot says what it met on a page of its own, which names no other pharmacy.

    Raises:
        HTTPNotFound: there is none for them.

    Source: PRE-72, PRE-94.
    """
    verb = visit.names["verb"]
    if verb not in FORMS or not visit.visitor.is_a(*EVENTS[verb].roles):
        raise HTTPNotFound
    if verb == REPORT and visit.visitor.is_a(PartyKind.PILOT):
        raise HTTPNotFound
    return FORMS[verb]


async def read_sent(visit: Visit, form: EventForm) -> tuple[Form, File | None]:
    """What *form* says, and the file that came with it, if one may.

    Raises:
        Refusal: BODY_TOO_LARGE, ELEMENT_INVALID.

    Source: PRE-92.
    """
    is_multipart = (visit.req.content_type or "").startswith("multipart/form-data")
    if form.document is None or not is_multipart:
        return await read_form(visit.req), None
    sent = await read_upload(visit.req, BYTES_MAX)
    return sent.said, sent.file


def propose(fields: Sequence[Field], preserie: Preserie) -> dict[str, list[str]]:
    """What a form is filled in with before anything is said."""
    return {field.name: field.propose(preserie) for field in fields}


async def read(portal: Portal, visit: Visit) -> History:
    """The présérie that an address names, for who may read it.

    Raises:
        Refusal: PRESERIE_UNKNOWN, ROLE_NOT_ALLOWED, BUSY.
    """
    name, actor = visit.names["name"], visit.visitor.actor
    return await portal.ask(lambda: portal.preseries.read(name, actor))


async def tell(
    portal: Portal,
    visitor: Visitor,
    name: str | None,
    events: Sequence[Mapping[str, object]],
    said: Form,
) -> Submitted:
    """What events told from a page left, all recorded or none.

    *name* None: they open a présérie. *said* holds the form's ``key``, by which they are told
    once, and ``seen``, the rank of the last event its reader had seen.

    Raises:
        Refusal: as ``Preseries.submit``.

    Source: PRE-72.
    """
    documents = tuple(_encode(one).decode() for one in events)
    submission = Submission(
        preserie=name,
        actor=visitor.actor,
        at=portal.clock(),
        key=read_key(said),
        digest=sha256("\n".join(documents).encode()).hexdigest(),
        documents=documents,
        seen=read_seen(said),
    )
    return await portal.ask(lambda: portal.preseries.submit(submission))


def read_key(said: Form) -> str | None:
    """The key of a form, as one of a request is; None: it bears none, or another thing.

    Source: PRE-72, PRE-93.
    """
    key = first(said, "key")
    return key if _KEY.fullmatch(key) else None


def read_seen(said: Form) -> int | None:
    """The rank of the last event that who filled in a form had seen; None: it does not say."""
    seen = first(said, "seen")
    is_rank = seen.isascii() and seen.isdigit() and len(seen) <= _RANK_LENGTH_MAX
    return int(seen) if is_rank else None
