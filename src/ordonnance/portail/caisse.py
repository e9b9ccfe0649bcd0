"""``/portail/caisse``: what the referent of a CPAM follows, over all préséries.

Source: PRE-85, SCOR-18.
"""

from collections.abc import Sequence

from falcon import HTTPNotFound

from ordonnance.domain.csv_table import write_csv
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie_followed import (
    Followed,
    first_day,
    list_followed,
    list_local_anomalies,
)
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import PartyKind, cpam
from ordonnance.domain.preserie_planning import list_moves
from ordonnance.domain.scor import SENTENCES
from ordonnance.portail.calls import say_operation
from ordonnance.portail.mark import DECISION_WORDS, VERDICTS
from ordonnance.portail.page import send_csv
from ordonnance.portail.portal import Page, Portal, Visit
from ordonnance.usecases.link import Invited
from ordonnance.usecases.scor import Review, list_wrong_stops

MOVES_MAX = 20
STOPS_MAX = 200
DONE = {"difficulte": "difficulté signalée ; l’éditeur, la Cnam et le GIE la lisent"}
COLUMNS = (
    *("N° AM", "Pharmacie", "Lot", "Facture", "Pièce", "Fait", "Pourquoi elle est due"),
    *("Verdict à la réception", "Verdict aujourd’hui"),
)


class CaissePage(Page):
    """Its pharmacies, what moved, what went wrong, the pieces to ask for."""

    async def show(self, visit: Visit) -> None:
        """The page of a CPAM; there is none for others.

        Source: PRE-85.
        """
        code = find_department(visit)
        histories = await find_own(self.portal, visit)
        followed = list_followed(histories, code)
        stops = await find_stops(self.portal, followed, code)
        done = visit.asked("fait")
        self.portal.pages.show(
            visit.resp,
            "caisse.html",
            visitor=visit.visitor,
            code=code,
            today=day_in_paris(self.portal.clock()),
            done=DONE.get(done, ""),
            followed=followed,
            moves=list_moves(histories, cpam=code)[:MOVES_MAX],
            anomalies=list_local_anomalies(histories, code),
            stops=stops[:STOPS_MAX],
            stop_count=len(stops),
            since=first_day(followed),
            names=name_all(followed),
            feed=self._find_feed(visit, histories, code),
            decisions=DECISION_WORDS,
            verdicts=VERDICTS,
            sentences=SENTENCES,
            say_operation=say_operation,
        )

    def _find_feed(self, visit: Visit, histories: Sequence[History], code: str) -> str | None:
        """The address of its calendar; None: there are no personal links, or no présérie yet.

        Source: PRE-57.
        """
        links = self.portal.links
        if links is None or not histories:
            return None
        # Any of its préséries opens all: the first opened, so that the address stays the same.
        oldest = min(histories, key=lambda one: (one.records[0].at, one.id))
        word = links.write(Invited(oldest.id, cpam(code)))
        return f"{visit.req.forwarded_prefix}/agenda/{word}.ics"


class StopsFile(Page):
    """``/portail/caisse/arrets.csv``: the pieces to ask for, for a spreadsheet."""

    async def show(self, visit: Visit) -> None:
        """The file. Source: SCOR-18."""
        code = find_department(visit)
        followed = list_followed(await find_own(self.portal, visit), code)
        names = name_all(followed)
        stops = await find_stops(self.portal, followed, code)
        rows = [_write_row(one, names.get(one.am, "")) for one in stops]
        send_csv(visit.resp, f"arrets-a-tort-{code}.csv", write_csv(COLUMNS, rows))


def _write_row(one: Review, name: str) -> tuple[str, ...]:
    return (
        one.am,
        name,
        one.lot,
        one.first.invoice,
        one.first.piece,
        DECISION_WORDS[one.first.decision],
        SENTENCES[one.now.because],
        VERDICTS[one.first.verdict].words,
        VERDICTS[one.now.verdict].words,
    )


def find_department(visit: Visit) -> str:
    """The department of the CPAM that looks.

    Raises:
        HTTPNotFound: who looks is none.
    """
    code = visit.visitor.actor.cpam
    if code is None or not visit.visitor.is_a(PartyKind.CPAM):
        raise HTTPNotFound
    return code


async def find_own(portal: Portal, visit: Visit) -> list[History]:
    """The préséries that the CPAM may read: those for which it was chosen.

    Raises:
        Refusal: BUSY.
    """
    return await portal.ask(lambda: portal.preseries.find_all(visit.visitor.actor))


async def find_stops(portal: Portal, followed: Sequence[Followed], code: str) -> tuple[Review, ...]:
    """The pieces stopped wrongly in its department since the first installation there.

    Raises:
        Refusal: BUSY.

    Source: SCOR-9, SCOR-18, PRE-95.
    """
    since = first_day(followed)
    if since is None:
        return ()
    until = day_in_paris(portal.clock())
    return await portal.consult(
        lambda known: list_wrong_stops(
            known, since=since, until=until, department=code, sites=name_all(followed)
        )
    )


def name_all(followed: Sequence[Followed]) -> dict[str, str]:
    """The name of each pharmacy, by its N° AM."""
    return {one.participant.am: one.participant.name for one in followed}
