"""Who somebody is to a présérie, from their token; which préséries they may read.

Source: PRE-45, PRE-46.
"""

from collections.abc import Iterable, Mapping

from ordonnance.domain.actor import ROLE_NAMES, Actor, Role
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_event import DeclareSoftware, DeclareVendor, Event
from ordonnance.domain.preserie_party import CNAM, GIE, VENDOR, Party, PartyKind, cpam
from ordonnance.domain.preserie_refusal import PreserieReasons
from ordonnance.domain.refusal import Reasons, Refusal

WRITERS = (Role.VENDOR, Role.CNAM, Role.GIE, Role.CPAM, Role.EXECUTOR)
READERS = (*WRITERS, Role.OPERATOR)
TRACE_READERS = (Role.GIE, Role.CNAM, Role.VENDOR, Role.EXECUTOR)
SHEET_READERS = (Role.GIE, Role.CNAM, Role.VENDOR, Role.CPAM)
_PARTIES: Mapping[Role, Party] = {Role.VENDOR: VENDOR, Role.CNAM: CNAM, Role.GIE: GIE}


def party_of(actor: Actor) -> Party:
    """Who *actor* is to a présérie: an executor is the pharmacy of its AM.

    Raises:
        Refusal: ROLE_NOT_ALLOWED; TOKEN_INVALID where the token lacks what names them.

    Source: PRE-45.
    """
    check_role(actor, *WRITERS)
    if actor.role is Role.CPAM and actor.cpam is not None:
        return cpam(actor.cpam)
    if actor.role is Role.EXECUTOR and actor.am is not None:
        return Party(PartyKind.PILOT, actor.am.value)
    return _PARTIES[actor.role]


def check_reader(actor: Actor) -> None:
    """Refuse who has no business with préséries.

    Raises:
        Refusal: ROLE_NOT_ALLOWED; TOKEN_INVALID where the token lacks what names them.

    Source: PRE-46.
    """
    check_role(actor, *READERS)


def check_role(actor: Actor, *allowed: Role) -> None:
    """Refuse a role that is not of *allowed*, or whose token does not say who bears it.

    An executor may have no AM, and is then no pharmacy.

    Raises:
        Refusal: ROLE_NOT_ALLOWED, TOKEN_INVALID.
    """
    if actor.role not in allowed:
        names = ", ".join(ROLE_NAMES[role] for role in allowed)
        raise Refusal(Reasons.ROLE_NOT_ALLOWED, allowed=names)
    if actor.role is Role.EXECUTOR and actor.am is None:
        raise Refusal(Reasons.ROLE_NOT_ALLOWED, allowed="un site, par son numéro AM")
    named_by = {Role.VENDOR: "vendor", Role.CPAM: "cpam"}
    claim = named_by.get(actor.role)
    if claim is not None and getattr(actor, claim) is None:
        raise Refusal(Reasons.TOKEN_INVALID, problem=f"{claim} manque")


def may_read(preserie: Preserie, actor: Actor) -> bool:
    """Whether *actor* may read it: a vendor its own, a CPAM where chosen, a pilot its own.

    A pharmacy that left goes on reading. The Cnam, the GIE and the operator read all.

    Source: PRE-46.
    """
    match actor.role:
        case Role.CNAM | Role.GIE | Role.OPERATOR:
            return True
        case Role.VENDOR:
            return actor.vendor is not None and is_vendor_of(preserie, actor.vendor)
        case Role.CPAM:
            return actor.cpam in preserie.cpam
        case Role.EXECUTOR:
            return actor.am is not None and actor.am.value in preserie.participants
        case Role.PRESCRIBER | Role.PATIENT:
            return False


def sites_of(actor: Actor, preseries: Iterable[Preserie]) -> frozenset[str] | None:
    """The N° AM whose calls *actor* may look at; None: all.

    The GIE and the Cnam look at all, a site at its own, a vendor at the pharmacies of its
    préséries. A pharmacy that piloted two vendors' software is looked at by the vendor of the
    présérie that it is in, else of the one that moved last.

    Raises:
        Refusal: ROLE_NOT_ALLOWED; TOKEN_INVALID where the token lacks what names them.

    Source: PST-12; « a vendor sees no other vendor ».
    """
    check_role(actor, *TRACE_READERS)
    if actor.role is Role.EXECUTOR and actor.am is not None:
        return frozenset({actor.am.value})
    if actor.role is not Role.VENDOR or actor.vendor is None:
        return None
    latest: dict[str, Preserie] = {}
    for one in sorted(preseries, key=_is_over_and_when):
        latest |= dict.fromkeys(one.participants, one)
    return frozenset(am for am, one in latest.items() if is_vendor_of(one, actor.vendor))


def _is_over_and_when(preserie: Preserie) -> tuple[bool, float]:
    """What puts the présérie that a pharmacy is in after those it was in."""
    is_over = preserie.closed_because is not None or preserie.is_validated
    return not is_over, preserie.latest_at.timestamp() if preserie.latest_at else 0.0


def is_vendor_of(preserie: Preserie, vendor: str) -> bool:
    """Whether *vendor* is the one that runs it, letter case aside."""
    return fold(vendor) in map(fold, preserie.vendors)


def check_vendor(event: Event, vendor: str | None) -> None:
    """Refuse that a vendor declares another one, or software as another's.

    Raises:
        Refusal: ROLE_NOT_ALLOWED.

    Source: ours (PRE-46): who may declare others could read their préséries.
    """
    if not isinstance(event, DeclareVendor | DeclareSoftware) or event.vendor is None:
        return
    if vendor is None or fold(event.vendor) != fold(vendor):
        allowed = f"l’éditeur {event.vendor}"
        raise Refusal(PreserieReasons.ROLE_NOT_ALLOWED, allowed=allowed)


def fold(name: str) -> str:
    """A name as it is compared: letter case and outer spaces aside."""
    return name.strip().casefold()
