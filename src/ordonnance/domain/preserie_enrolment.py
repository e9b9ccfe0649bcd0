"""Rules of a présérie about its pharmacies: who takes part, the list, the launch meeting."""

from dataclasses import replace
import re

from ordonnance.domain.days import say_date
from ordonnance.domain.modalites import say_cpam
from ordonnance.domain.preserie import LaunchCall, Participant, Preserie, minimum_of
from ordonnance.domain.preserie_event import (
    CallLaunchMeeting,
    Enrol,
    HoldLaunchMeeting,
    SubmitParticipants,
    Withdraw,
)
from ordonnance.domain.preserie_guard import (
    file_minutes,
    notify,
    require_active,
    require_open,
    tell_partners,
    with_participant,
)
from ordonnance.domain.preserie_opening import ITEM_WORDS, PREREQUISITES
from ordonnance.domain.preserie_party import CNAM, GIE, VENDOR, Party, say_parties
from ordonnance.domain.preserie_refusal import PreserieReasons, refuse_step
from ordonnance.domain.refusal import Refusal

_AM = re.compile(r"\d{9}", re.ASCII)


def enrol(preserie: Preserie, event: Enrol) -> Preserie:
    """A pharmacy takes part; one that had left comes back as it left, on another list.

    Raises:
        Refusal: AM_INVALID, NOT_IN_CHOSEN_CPAM, ALREADY_ENROLLED, AGREEMENT_MISSING,
            EQUIPMENT_NOT_COMPATIBLE, VERSION_NOT_COMPATIBLE, TOO_MANY_PARTICIPANTS.

    Source: PRE-2, PRE-10, PRE-13, PRE-14, PRE-21, PRE-55.
    """
    _check_site(preserie, event)
    if event.agreement_on is None:
        raise Refusal(PreserieReasons.AGREEMENT_MISSING, am=event.am)
    _check_equipment(preserie, event)
    _check_room(preserie)
    enrolled = Participant(
        am=event.am,
        name=event.name,
        department=event.department,
        version=event.software_version,
        agreement_on=event.agreement_on,
        contact=event.contact,
    )
    known = preserie.participants.get(event.am)
    if known is not None:
        enrolled = replace(
            known,
            name=enrolled.name,
            department=enrolled.department,
            version=enrolled.version,
            agreement_on=enrolled.agreement_on,
            is_submitted=False,
            withdrawn_because=None,
            contact=enrolled.contact or known.contact,
        )
    return with_participant(preserie, enrolled)


def _check_site(preserie: Preserie, event: Enrol) -> None:
    """Source: PRE-2, PRE-10."""
    if not _AM.fullmatch(event.am):
        raise Refusal(PreserieReasons.AM_INVALID)
    if event.department not in preserie.cpam:
        raise Refusal(PreserieReasons.NOT_IN_CHOSEN_CPAM, department=event.department)
    known = preserie.participants.get(event.am)
    if known is not None and known.is_active:
        raise Refusal(PreserieReasons.ALREADY_ENROLLED, am=event.am)


def _check_equipment(preserie: Preserie, event: Enrol) -> None:
    """Source: PRE-2, PRE-21."""
    if not event.equipment_compatible:
        raise Refusal(PreserieReasons.EQUIPMENT_NOT_COMPATIBLE, am=event.am)
    if event.software_version not in require_open(preserie).versions:
        raise Refusal(PreserieReasons.VERSION_NOT_COMPATIBLE, version=event.software_version)


def _check_room(preserie: Preserie) -> None:
    """Source: PRE-14, PRE-33: an extension admits more."""
    modalities = preserie.modalities
    limit = modalities.extended_max if preserie.is_extended else modalities.participants_max
    count = len(preserie.active)
    if limit is not None and count >= limit:
        raise Refusal(PreserieReasons.TOO_MANY_PARTICIPANTS, count=str(count))


def withdraw(preserie: Preserie, event: Withdraw) -> Preserie:
    """A pharmacy leaves; its figures stay, and whoever was told of it is told.

    Raises:
        Refusal: NOT_ENROLLED.

    Source: ours (PRE-41): a pharmacy that leaves does not take its failures with it.
    """
    participant = require_active(preserie, event.am)
    planned = participant.planned_on if participant.installed_on is not None else None
    gone = replace(
        participant, withdrawn_because=event.reason, planned_on=planned, is_submitted=False
    )
    changed = with_participant(preserie, gone)
    if not participant.is_submitted:
        return changed
    text = f"La pharmacie {participant.name} ({participant.am}) quitte la présérie."
    return tell_partners(changed, event, participant.department, text)


def submit_participants(preserie: Preserie, event: SubmitParticipants) -> Preserie:
    """The list of N° AM goes to the GIE and the Cnam, which tells the CPAM concerned.

    Raises:
        Refusal: TOO_FEW_PARTICIPANTS, PREREQUISITE_MISSING.

    Source: PRE-8, PRE-9, PRE-13, PRE-14, PRE-16, PRE-22.
    """
    minimum, active = minimum_of(preserie), preserie.active
    if len(active) < minimum:
        raise Refusal(
            PreserieReasons.TOO_FEW_PARTICIPANTS, minimum=str(minimum), count=str(len(active))
        )
    missing = [ITEM_WORDS[item] for item in PREREQUISITES if item not in preserie.supplied]
    if missing:
        raise Refusal(PreserieReasons.PREREQUISITE_MISSING, items=", ".join(missing))
    software = require_open(preserie)
    listed = {one.am: replace(one, is_submitted=True) for one in active}
    changed = replace(preserie, participants={**preserie.participants, **listed})
    sites = _say_sites(active)
    text = f"Pharmacies volontaires pour la présérie du logiciel {software.name} : {sites}."
    changed = notify(changed, event.at, VENDOR, about=event.verb, texts=[(GIE, text), (CNAM, text)])
    return notify(
        changed,
        event.at,
        CNAM,
        about=event.verb,
        texts=[(party, _say_start(preserie, party)) for party in preserie.concerned],
    )


def _say_start(preserie: Preserie, party: Party) -> str:
    """What a CPAM is told of the start, or of another list once it is launched. Source: PRE-16."""
    local = tuple(one for one in preserie.active if one.department == party.name)
    verb = "se poursuit" if preserie.is_launched else "démarre"
    return (
        f"La présérie du logiciel {preserie.opened} {verb} dans votre département, "
        f"{say_cpam(party.name)} : {_say_sites(local)}."
    )


def _say_sites(participants: tuple[Participant, ...]) -> str:
    return ", ".join(f"{one.name} ({one.am})" for one in participants)


def call_launch_meeting(preserie: Preserie, event: CallLaunchMeeting) -> Preserie:
    """The launch meeting is called: who must attend is told; called again, it is moved.

    Raises:
        Refusal: OUT_OF_STEP before the list was submitted (who must attend is not known), and
            once it was held.

    Source: ours (PRE-56).
    """
    _require_list(preserie)
    if preserie.is_launched:
        refuse_step("la réunion de lancement a eu lieu")
    call = LaunchCall(event.on, event.hour, event.place)
    before = preserie.launch_call
    if call == before:
        return preserie
    moved = "" if before is None else f", au lieu de : {say_call(before)}"
    text = (
        f"Réunion de lancement de la présérie du logiciel {preserie.opened} : "
        f"{say_call(call)}{moved}."
    )
    told = (VENDOR, GIE, *preserie.concerned)
    return notify(
        replace(preserie, launch_call=call),
        event.at,
        CNAM,
        about=event.verb,
        texts=[(party, text) for party in told],
    )


def say_call(call: LaunchCall) -> str:
    """When and where: ``le ven. 16 janv. 2026, à 14 h 00, Amiens``. Source: PRE-56."""
    hour = f", à {call.hour.hour} h {call.hour.minute:02}" if call.hour else ""
    return say_date(call.on) + hour + (f", {call.place}" if call.place else "")


def hold_launch_meeting(preserie: Preserie, event: HoldLaunchMeeting) -> Preserie:
    """The launch meeting, with the vendor, the Cnam, the GIE and each CPAM concerned.

    Raises:
        Refusal: ATTENDEE_MISSING, OUT_OF_STEP before the list was submitted.

    Source: PRE-17, PRE-56.
    """
    needed = (VENDOR, CNAM, GIE, *preserie.concerned)
    missing = tuple(party for party in needed if party not in event.attendees)
    if missing:
        raise Refusal(PreserieReasons.ATTENDEE_MISSING, missing=say_parties(missing))
    _require_list(preserie)
    return file_minutes(replace(preserie, is_launched=True), event, event.minutes)


def _require_list(preserie: Preserie) -> None:
    """Source: PRE-17."""
    if not any(one.is_submitted for one in preserie.active):
        refuse_step("transmettez d’abord la liste des pharmacies au GIE et à la Cnam")
