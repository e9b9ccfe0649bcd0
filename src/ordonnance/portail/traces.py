"""``/portail/traces``: what each pharmacy's workstations send, the silent ones first; one searches.

Source: PST-14, PST-15.
"""

from collections.abc import Mapping

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.evidence import may_be_shown
from ordonnance.portail.calls import find_evidence
from ordonnance.portail.mark import say_ago, say_gap
from ordonnance.portail.portal import FormPage, Visit, first, read_form, redirect
from ordonnance.usecases.evidence import WORD_LENGTH_MAX
from ordonnance.usecases.workstation import list_sites

RULE_WORDS: Mapping[str, str] = {
    "NOT_JSON": "ligne illisible",
    "LINE_TOO_LONG": "ligne trop longue",
    "FIELD_UNKNOWN": "champ inconnu",
    "FIELD_MISSING": "champ manquant",
    "FIELD_INVALID": "champ d’une autre forme",
    "AM_MISMATCH": "autre numéro AM que celui du jeton",
    "HEALTH_DATA": "numéro d’ordonnance ou INS dans la ligne",
}
NOTHING_SOUGHT = "Donnez le nom d’une trace ou la clé d’une commande."
TELLS_SOMEBODY = (
    "Ce mot porte un numéro d’ordonnance ou un INS. Rien n’a été cherché. Cherchez par le nom de "
    "la trace (trace_id), ou par la clé de la commande (Idempotency-Key)."
)


class TracesPage(FormPage):
    """The sites that who looks may see; for the GIE and the Cnam, all."""

    async def show(self, visit: Visit) -> None:
        """Each site, then what it sends, workstation by workstation.

        Source: PST-14.
        """
        await self._show(visit)

    async def take(self, visit: Visit) -> None:
        """Go to what a word leads to. It is sent as a form: an address would keep it.

        Source: PST-15.
        """
        word = first(await read_form(visit.req), "mot")
        wrong = ""
        if not word or len(word) > WORD_LENGTH_MAX:
            wrong, word = NOTHING_SOUGHT, word[:WORD_LENGTH_MAX]
        elif not may_be_shown(word, day_in_paris(self.portal.clock())):
            wrong, word = TELLS_SOMEBODY, ""
        if wrong:
            await self._show(visit, word=word, wrong=wrong)
        else:
            redirect(visit.resp, find_evidence(word, home=visit.visitor.home))

    async def _show(self, visit: Visit, *, word: str = "", wrong: str = "") -> None:
        actor, preseries = visit.visitor.actor, self.portal.preseries
        now = self.portal.clock()
        am = await self.portal.ask(lambda: preseries.sites_of(actor))
        histories = await self.portal.ask(lambda: preseries.find_all(actor))
        sites = await self.portal.consult(
            lambda known: list_sites(
                known.database,
                [one.preserie for one in histories],
                am=am,
                today=day_in_paris(now),
            )
        )
        self.portal.pages.show(
            visit.resp,
            "traces.html",
            status=422 if wrong else 200,
            visitor=visit.visitor,
            sites=sites,
            silent_count=sum(one.is_silent for one in sites),
            word=word,
            wrong=wrong,
            word_length_max=WORD_LENGTH_MAX,
            say_ago=lambda at: say_ago(at, now),
            say_gap=say_gap,
            rule_words=RULE_WORDS,
        )
