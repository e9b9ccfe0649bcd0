"""``/portail/preseries/{name}/modalites``: under which modalities a présérie is run, and why.

Source: PRE-34, PRE-65.
"""

from falcon import HTTPNotFound

from ordonnance.domain.bilan_sections import read_setting
from ordonnance.domain.modalites import Modalities
from ordonnance.domain.modalites_words import SETTING_NAMES, say_setting
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.domain.refusal import Refusal
from ordonnance.portail.event import Told, read, tell
from ordonnance.portail.modality_fields import (
    FIELDS,
    GROUPS,
    REASONS,
    read_settings,
    reason_of,
    type_modalities,
)
from ordonnance.portail.naming import say_state, say_title
from ordonnance.portail.portal import FormPage, Visit, first, read_form, redirect, status_of
from ordonnance.portail.tabs import list_tabs

PLACE = "modalites"
_UNCHANGED = "Aucun réglage ne change\u202f: il n’y a rien à enregistrer."


class ModalitiesPage(FormPage):
    """Every setting with its value and where it comes from; before the opening, the Cnam's form."""

    async def show(self, visit: Visit) -> None:
        """The settings, or their form for who may change them.

        Source: PRE-34, PRE-65.
        """
        history = await read(self.portal, visit)
        self._show(visit, history, Told(said=type_modalities(history.preserie.modalities)))

    async def take(self, visit: Visit) -> None:
        """Tell the settings that differ from the text's, each with its reason.

        Source: PRE-65, PRE-72.
        """
        history = await read(self.portal, visit)
        if not may_change(visit, history):
            raise HTTPNotFound
        said = await read_form(visit.req)
        settings, wrong = read_settings(said)
        if wrong:
            self._show(visit, history, Told(said=said, wrong=wrong, status=422))
            return
        known, _ = read_settings(type_modalities(history.preserie.modalities))
        if settings == known:
            self._show(visit, history, Told(said=said, sentence=_UNCHANGED, status=422))
            return
        event = {"do": "set_modalities", "modalities": settings}
        try:
            await tell(self.portal, visit.visitor, history.id, [event], said)
        except Refusal as refusal:
            told = Told(said=said, sentence=refusal.sentence, status=status_of(refusal))
            self._show(visit, history, told)
            return
        redirect(visit.resp, f"{visit.visitor.home}/preseries/{history.id}/{PLACE}?fait=1")

    def _show(self, visit: Visit, history: History, told: Told) -> None:
        modalities = history.preserie.modalities
        self.portal.pages.show(
            visit.resp,
            "modalities.html",
            status=told.status,
            visitor=visit.visitor,
            history=history,
            preserie=history.preserie,
            title=say_title(history),
            state=say_state(history.preserie),
            tabs=list_tabs(history, visit.visitor, here=PLACE),
            modalities=modalities,
            groups=GROUPS,
            names=SETTING_NAMES,
            values={setting: say_setting(modalities, setting) for setting in FIELDS},
            readings={setting: read_setting(modalities, setting) for setting in FIELDS},
            fields=FIELDS,
            reasons=REASONS,
            may_change=may_change(visit, history),
            chosen=list_chosen(modalities),
            is_done=visit.asked("fait") == "1",
            said=told.said,
            wrong={one.name: one.sentence for one in told.wrong},
            sentence=told.sentence,
            key=first(told.said, "key") or self.portal.draw(),
            seen=first(told.said, "seen") or str(history.last),
        )


def may_change(visit: Visit, history: History) -> bool:
    """Whether who looks may change them: the Cnam, before the opening. Source: PRE-65."""
    return visit.visitor.is_a(PartyKind.CNAM) and history.preserie.opened is None


def list_chosen(modalities: Modalities) -> list[str]:
    """The settings that were changed, by their names. Source: PRE-34."""
    said = type_modalities(modalities)
    return [SETTING_NAMES[setting] for setting in FIELDS if reason_of(setting) in said]
