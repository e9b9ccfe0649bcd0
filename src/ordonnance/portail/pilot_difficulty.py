"""A difficulty reported by a pilot, in one short form.

Source: PRE-76.
"""

from collections.abc import Sequence
from dataclasses import replace

from falcon import HTTPNotFound

from ordonnance.domain.actor import Role
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_evidence import next_anomaly_name
from ordonnance.domain.preserie_pilot import list_difficulties
from ordonnance.domain.preserie_refusal import PreserieReasons
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.workflow import OPERATIONS
from ordonnance.portail.event import Told, tell
from ordonnance.portail.field import Field, Form, Kind, find_identities, read_fields
from ordonnance.portail.forms_bilan import OPERATION_WORDS
from ordonnance.portail.pilot import Here, find_here, is_recorded
from ordonnance.portail.portal import FormPage, Visit, first, read_form, redirect, status_of

ATTEMPTS_MAX = 5
_OTHER_WORDS = {
    "reserve": "réserver une ordonnance",
    "release": "rendre une réservation",
    "propose": "demander une adaptation",
}


def list_own_operations(_preserie: Preserie) -> Sequence[tuple[str, str]]:
    """The operations of who executes, the usual ones first."""
    words = {**OPERATION_WORDS, **_OTHER_WORDS}
    own = [name for name, one in OPERATIONS.items() if Role.EXECUTOR in one.roles]
    rank = list(words)
    return [(name, words[name]) for name in sorted(own, key=rank.index)]


FIELDS = (
    Field(
        name="operation",
        label="En faisant quoi\u202f?",
        kind=Kind.ONE,
        choices=list_own_operations,
    ),
    Field(
        name="text",
        label="Que se passe-t-il\u202f?",
        kind=Kind.TEXT,
        hint="Ce que vous faisiez, ce qu’a dit l’écran. Ni nom de patient, ni numéro d’ordonnance.",
    ),
    Field(
        name="blocking",
        label="Cela vous empêche-t-il de le faire\u202f?",
        kind=Kind.YES_NO,
    ),
)


class DifficultyPage(FormPage):
    """``/p/{word}/difficulte``: the form; ``?encore=A3`` adds to a difficulty of one's own."""

    async def show(self, visit: Visit) -> None:
        """The form, empty but for the operation of the difficulty that it adds to."""
        here = await find_here(self.portal, visit)
        again = find_again(here, visit.asked("encore"))
        said = {} if again is None else {"operation": [here.preserie.anomalies[again].operation]}
        self._show(visit, here, again, Told(said=said))

    async def take(self, visit: Visit) -> None:
        """Report it; what is wrong is said above the form, which keeps what was typed."""
        here = await find_here(self.portal, visit)
        again = find_again(here, visit.asked("encore"))
        said = await read_form(visit.req)
        members, wrong = read_fields(FIELDS, said)
        wrong += find_identities(members, day_in_paris(self.portal.clock()))
        if wrong:
            self._show(visit, here, again, Told(said=said, wrong=wrong, status=422))
            return
        try:
            await self._report(visit, here, again, members, said)
        except Refusal as refusal:
            told = Told(said=said, sentence=refusal.sentence, status=status_of(refusal))
            self._show(visit, here, again, told)
            return
        redirect(visit.resp, f"{here.home}?fait=difficulte")

    async def _report(
        self, visit: Visit, here: Here, again: str | None, members: dict[str, object], said: Form
    ) -> None:
        """Report it once, under a name of its own whoever reports at the same moment.

        A pharmacist does not know whose fault it is. Until the Cnam says, it counts as the
        software's: a trial is there to find those, and nothing is hidden by a guess.

        Raises:
            Refusal: as ``Preseries.submit``.

        Source: ours (PRE-76).
        """
        for _ in range(ATTEMPTS_MAX):
            if is_recorded(here, visit.visitor.party, first(said, "key")):
                return
            event = {
                "do": "report_anomaly",
                "anomaly": again or next_anomaly_name(here.preserie),
                "am": here.pilot.am,
                "intrinsic": True,
                **members,
            }
            seen = {**said, "seen": [str(here.history.last)]}
            try:
                await tell(self.portal, visit.visitor, here.history.id, [event], seen)
            except Refusal as refusal:
                if refusal.reason is not PreserieReasons.PRESERIE_CHANGED:
                    raise
                here = replace(here, history=(await find_here(self.portal, visit)).history)
            else:
                return
        raise Refusal(PreserieReasons.PRESERIE_CHANGED)

    def _show(self, visit: Visit, here: Here, again: str | None, told: Told) -> None:
        self.portal.pages.show(
            visit.resp,
            "difficulty.html",
            status=told.status,
            visitor=visit.visitor,
            here=here,
            preserie=here.preserie,
            again=None if again is None else here.preserie.anomalies[again],
            fields=FIELDS,
            said=told.said,
            wrong={one.name: one.sentence for one in told.wrong},
            sentence=told.sentence,
            key=first(told.said, "key") or self.portal.draw(),
        )


def find_again(here: Here, name: str) -> str | None:
    """The difficulty of one's own that *name* names; None where nothing is named.

    Raises:
        HTTPNotFound: it is none of their own.
    """
    own = {one.name for one in list_difficulties(here.history.replayed, here.pilot.am)}
    if name and name not in own:
        raise HTTPNotFound
    return name or None
