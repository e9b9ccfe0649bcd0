"""``/portail/caisse/difficulte``: a CPAM reports what one of its pharmacies meets.

Source: PRE-85.
"""

from collections.abc import Sequence
from dataclasses import replace

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_event_bilan import ReportAnomaly
from ordonnance.domain.preserie_evidence import next_anomaly_name
from ordonnance.domain.preserie_followed import Followed, list_followed
from ordonnance.domain.preserie_refusal import PreserieReasons
from ordonnance.domain.refusal import Refusal
from ordonnance.portail.caisse import find_department, find_own
from ordonnance.portail.event import Told, tell
from ordonnance.portail.field import Field, Form, Kind, Wrong, find_identities, read_fields
from ordonnance.portail.forms_bilan import BLOCKING, INTRINSIC, OPERATION
from ordonnance.portail.portal import FormPage, Visit, first, read_form, redirect, status_of

ATTEMPTS_MAX = 5
PHARMACY, PROPOSED = "pharmacie", "proposed"
NOT_THEIRS = "Pharmacie : choisissez l’une de celles de votre CPAM."
TEXT = Field(
    name="text",
    label="Ce qui se passe",
    kind=Kind.TEXT,
    hint="Ce que la pharmacie faisait, ce qu’a dit l’écran. Ni patient, ni numéro d’ordonnance.",
)
NAME = Field(
    name="anomaly",
    label="Référence",
    needed=False,
    hint="Vide : la prochaine libre. Déjà connue dans cette présérie : elle est rouverte.",
)


class CaisseDifficulty(FormPage):
    """The form; ``?pharmacie=…`` chooses the pharmacy, and its présérie, beforehand."""

    async def show(self, visit: Visit) -> None:
        """The form, the next free name proposed once the pharmacy is known."""
        pharmacies = await self._find(visit)
        chosen = find_chosen(pharmacies, visit.asked(PHARMACY))
        said = {} if chosen is None else propose(chosen)
        self._show(visit, pharmacies, Told(said=said))

    async def take(self, visit: Visit) -> None:
        """Report it; what is wrong is said above the form, which keeps what was typed.

        Source: PRE-36, PRE-85.
        """
        pharmacies = await self._find(visit)
        said = await read_form(visit.req)
        chosen = find_chosen(pharmacies, first(said, PHARMACY))
        members, wrong = read_fields(list_fields(pharmacies), said)
        if chosen is None and PHARMACY in members:
            wrong.append(Wrong(PHARMACY, NOT_THEIRS))
        wrong += find_identities(members, day_in_paris(self.portal.clock()))
        if wrong or chosen is None:
            self._show(visit, pharmacies, Told(said=said, wrong=wrong, status=422))
            return
        try:
            await self._report(visit, chosen, members, said)
        except Refusal as refusal:
            told = Told(said=said, sentence=refusal.sentence, status=status_of(refusal))
            self._show(visit, pharmacies, told)
            return
        redirect(visit.resp, f"{visit.visitor.home}/caisse?fait=difficulte")

    async def _report(
        self, visit: Visit, chosen: Followed, members: dict[str, object], said: Form
    ) -> None:
        """Report it once. Unnamed, it takes the first free name, whoever reports at the moment.

        Raises:
            Refusal: as ``Preseries.submit``.

        Source: ours (PRE-85).
        """
        named = {name: value for name, value in members.items() if name != PHARMACY}
        if named.get(NAME.name) == first(said, PROPOSED):
            # Left as proposed, it names nothing yet: somebody may have taken it meanwhile.
            named.pop(NAME.name, None)
        for _ in range(ATTEMPTS_MAX):
            if is_recorded(chosen, visit, first(said, "key")):
                return
            history = chosen.history
            event = {
                "do": ReportAnomaly.verb,
                "am": chosen.participant.am,
                "anomaly": next_anomaly_name(history.preserie),
                **named,
            }
            seen = {**said, "seen": [str(history.last)]}
            try:
                await tell(self.portal, visit.visitor, history.id, [event], seen)
            except Refusal as refusal:
                if refusal.reason is not PreserieReasons.PRESERIE_CHANGED:
                    raise
                name, actor = history.id, visit.visitor.actor
                preseries = self.portal.preseries
                again = await self.portal.ask(lambda: preseries.read(name, actor))  # noqa: B023 - asked at once
                chosen = replace(chosen, history=again)
            else:
                return
        raise Refusal(PreserieReasons.PRESERIE_CHANGED)

    async def _find(self, visit: Visit) -> list[Followed]:
        code = find_department(visit)
        followed = list_followed(await find_own(self.portal, visit), code)
        return [one for one in followed if one.may_be_reported]

    def _show(self, visit: Visit, pharmacies: Sequence[Followed], told: Told) -> None:
        self.portal.pages.show(
            visit.resp,
            "caisse_difficulty.html",
            status=told.status,
            visitor=visit.visitor,
            pharmacies=pharmacies,
            fields=list_fields(pharmacies),
            preserie=Preserie(),
            said=told.said,
            wrong={one.name: one.sentence for one in told.wrong},
            sentence=told.sentence,
            key=first(told.said, "key") or self.portal.draw(),
        )


def list_fields(pharmacies: Sequence[Followed]) -> tuple[Field, ...]:
    """The fields of the form: of the pharmacy follows the présérie."""
    choices = [(say_choice(one), f"{one.participant.name}, {one.software}") for one in pharmacies]
    pharmacy = Field(
        name=PHARMACY, label="Pharmacie", kind=Kind.ONE, choices=lambda _preserie: choices
    )
    return (pharmacy, OPERATION, TEXT, BLOCKING, INTRINSIC, NAME)


def say_choice(one: Followed) -> str:
    """What names a pharmacy of a présérie in the form, and in the address of the form."""
    return f"{one.history.id}.{one.participant.am}"


def find_chosen(pharmacies: Sequence[Followed], said: str) -> Followed | None:
    """The pharmacy that is named, if it is one of theirs."""
    return next((one for one in pharmacies if say_choice(one) == said), None)


def propose(chosen: Followed) -> dict[str, list[str]]:
    """What is filled in once the pharmacy is known."""
    name = next_anomaly_name(chosen.history.preserie)
    return {PHARMACY: [say_choice(chosen)], NAME.name: [name], PROPOSED: [name]}


def is_recorded(chosen: Followed, visit: Visit, key: str) -> bool:
    """Whether this very form was told already."""
    records = chosen.history.records
    return any((one.key, one.by) == (key, visit.visitor.party) for one in records)
