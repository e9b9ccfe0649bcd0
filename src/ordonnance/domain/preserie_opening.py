"""Rules of a présérie before its first pharmacy: software, authorisation, opening, place."""

from dataclasses import replace
from fractions import Fraction

from ordonnance.domain.modalites import say_cpam
from ordonnance.domain.preserie import Preserie, Software, Supplied, share_of
from ordonnance.domain.preserie_event import (
    Authorise,
    ChooseCPAM,
    DeclareSoftware,
    DeclareVendor,
    Open,
    SetMinimum,
    SetModalities,
    Supply,
)
from ordonnance.domain.preserie_guard import notify, require_open, require_software, warn
from ordonnance.domain.preserie_party import CNAM, VENDOR
from ordonnance.domain.preserie_refusal import PreserieReasons, refuse_form, refuse_step
from ordonnance.domain.preserie_value import Item
from ordonnance.domain.preserie_warning import WarningCode
from ordonnance.domain.refusal import Refusal

AUTHORITY = "CNDA"
PROFESSION = "pharmacien"

ITEM_WORDS = {
    Item.SUPPORT: "le support aux professionnels",
    Item.INSTALLATION_TERMS: "les modalités d’installation",
    Item.TRAINING_TERMS: "les modalités de formation",
    Item.KIT_MANUAL: "le mode d’emploi du kit",
    Item.KIT_TUTORIAL: "le tutoriel du kit",
    Item.KIT_OTHER: "un autre document du kit",
}
PREREQUISITES = tuple(item for item in Item if item is not Item.KIT_OTHER)


def declare_vendor(preserie: Preserie, event: DeclareVendor) -> Preserie:
    """A vendor is known; declared again, its share is the last one given. Source: PRE-22."""
    share: Fraction | None = event.market_share_percent
    if share is None:
        share = preserie.vendors.get(event.vendor)
    return replace(preserie, vendors={**preserie.vendors, event.vendor: share}, vendor=event.vendor)


def declare_software(preserie: Preserie, event: DeclareSoftware) -> Preserie:
    """A software is known; declared again, what is said last counts, and its versions add up.

    Raises:
        Refusal: OUT_OF_STEP if its vendor is not declared.

    Source: PRE-5, PRE-21.
    """
    vendor = event.vendor or preserie.vendor
    if vendor is None or vendor not in preserie.vendors:
        refuse_step("déclarez d’abord l’éditeur du logiciel")
    known = preserie.software.get(event.software)
    versions = known.versions if known else ()
    share = event.market_share_percent
    software = Software(
        name=event.software,
        vendor=vendor,
        versions=tuple(dict.fromkeys((*versions, event.version))),
        profession=event.profession,
        module=event.module,
        origin=event.module_origin,
        architecture=event.architecture,
        interface=event.interface,
        share=known.share if known and share is None else share,
        authorised=known.authorised if known else (),
    )
    return replace(preserie, software={**preserie.software, software.name: software})


def authorise(preserie: Preserie, event: Authorise) -> Preserie:
    """The CNDA authorised a software, or one version of it.

    Raises:
        Refusal: UNKNOWN_SOFTWARE, AUTHORITY_UNKNOWN.

    Source: PRE-7.
    """
    software = require_software(preserie, event.software)
    if event.authority != AUTHORITY:
        raise Refusal(PreserieReasons.AUTHORITY_UNKNOWN)
    authorised = replace(software, authorised=(*software.authorised, event.version))
    return replace(preserie, software={**preserie.software, software.name: authorised})


def set_modalities(preserie: Preserie, event: SetModalities) -> Preserie:
    """The modalities under which it will be opened; told again, the last ones count.

    Raises:
        Refusal: OUT_OF_STEP once it is open: it keeps those it was opened under.

    Source: PRE-34, PRE-65.
    """
    if preserie.opened is not None:
        refuse_step("la présérie est ouverte, elle garde les modalités de son ouverture")
    return replace(preserie, modalities=event.modalities)


def open_preserie(preserie: Preserie, event: Open) -> Preserie:
    """The présérie of an authorised software begins.

    Raises:
        Refusal: UNKNOWN_SOFTWARE, NOT_AUTHORISED, OUT_OF_STEP if one is open.

    Source: PRE-4, PRE-7.
    """
    software = require_software(preserie, event.software)
    if not software.is_authorised:
        raise Refusal(PreserieReasons.NOT_AUTHORISED, software=software.name)
    if preserie.opened is not None:
        refuse_step(f"la présérie du logiciel {preserie.opened} est déjà ouverte")
    opened = replace(preserie, opened=software.name)
    if software.profession != PROFESSION:
        return warn(opened, WarningCode.MODALITIES_BY_ANALOGY, software.profession)
    return opened


def supply(preserie: Preserie, event: Supply) -> Preserie:
    """The vendor shares a prerequisite with the Assurance Maladie; the last one sent counts.

    Raises:
        Refusal: OUT_OF_STEP before the opening.

    Source: PRE-8, PRE-9.
    """
    software = require_open(preserie)
    item = Supplied(at=event.at, document=event.document, contact=event.contact)
    text = f"L’éditeur {software.vendor} partage {ITEM_WORDS[event.item]} ({software.name})."
    return notify(
        replace(preserie, supplied={**preserie.supplied, event.item: item}),
        event.at,
        VENDOR,
        about=event.verb,
        texts=[(CNAM, text)],
    )


def choose_cpam(preserie: Preserie, event: ChooseCPAM) -> Preserie:
    """The CPAM in which the présérie takes place; chosen again, the last choice counts.

    Raises:
        Refusal: CPAM_COUNT, CPAM_NOT_REFERENT, CPAM_IN_USE, OUT_OF_STEP before the opening.

    Source: PRE-10.
    """
    modalities = preserie.modalities
    chosen: tuple[str, ...] = tuple(dict.fromkeys(event.cpam))
    if not 1 <= len(chosen) <= modalities.cpam_max:
        raise Refusal(
            PreserieReasons.CPAM_COUNT, limit=str(modalities.cpam_max), count=str(len(chosen))
        )
    strangers = [code for code in chosen if code not in modalities.cpam_referent]
    if strangers:
        referent = ", ".join(map(say_cpam, modalities.cpam_referent))
        raise Refusal(PreserieReasons.CPAM_NOT_REFERENT, cpam=strangers[0], referent=referent)
    for party in preserie.concerned:
        if party.name not in chosen:
            raise Refusal(PreserieReasons.CPAM_IN_USE, cpam=say_cpam(party.name))
    require_open(preserie)
    return replace(preserie, cpam=chosen)


def set_minimum(preserie: Preserie, event: SetMinimum) -> Preserie:
    """The Cnam keeps the minimum, or grants the smaller one.

    Granted beyond the share that the text names, it is warned of: who wrote the text may read it.

    Raises:
        Refusal: EVENT_MALFORMED for another number, OUT_OF_STEP before the opening.

    Source: PRE-22.
    """
    modalities = preserie.modalities
    known = (modalities.participants_min, modalities.participants_min_reduced)
    if event.participants not in known:
        refuse_form(f"« participants » doit être {known[0]} ou {known[1]}")
    software = require_open(preserie)
    changed = replace(preserie, minimum=event.participants)
    share = share_of(preserie, software)
    is_reduced = event.participants < modalities.participants_min
    if is_reduced and share is not None and share >= modalities.reduced_below_percent:
        words = f"un minimum de {event.participants} pharmacies"
        return warn(changed, WarningCode.MINIMUM_BEYOND_TEXT, words)
    return changed
