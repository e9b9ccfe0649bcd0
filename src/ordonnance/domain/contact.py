"""Where the parties of préséries are written to: an operator's file, and what events say.

Source: PRE-55.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re

from ordonnance.domain.preserie import Participant, Preserie
from ordonnance.domain.preserie_access import fold
from ordonnance.domain.preserie_party import Party, PartyKind, parse_party

ADDRESS_LENGTH_MAX = 254
ADDRESSES_MAX = 50  # of one party
# ASCII alone: what any relay carries. Nothing that could end a header, or add another address.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_VENDOR = f"{PartyKind.VENDOR.value}:"


class ContactError(ValueError):
    """The file of contacts holds something else than addresses; the message says where."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Addresses by party, as the operator's file names it: ``cnam``, ``cpam:33``, ``vendor:Beryl``.

    A vendor's name is folded.
    """

    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, preserie: Preserie, party: Party) -> tuple[tuple[Party, str], ...]:
        """Whom to write to for *party*, and where; nothing: nobody knows.

        The pilots are each of the pharmacies that take part. What the operator's file says of
        somebody comes before what the events say: it can be put right.

        Source: PRE-55.
        """
        parties: tuple[Party, ...] = (party,)
        if party.kind is PartyKind.PILOTS:
            parties = tuple(Party(PartyKind.PILOT, one.am) for one in preserie.active)
        return tuple((one, where) for one in parties for where in self._find(preserie, one))

    def _find(self, preserie: Preserie, party: Party) -> tuple[str, ...]:
        vendor = vendor_of(preserie) if party.kind is PartyKind.VENDOR else None
        name = str(party) if vendor is None else _VENDOR + fold(vendor)
        if name in self.known:
            return self.known[name]
        said: str | None = None
        if vendor is not None:
            said = preserie.contacts.get(vendor)
        elif party.kind is PartyKind.PILOT:
            pharmacy: Participant | None = preserie.participants.get(party.name)
            said = None if pharmacy is None else pharmacy.contact
        return () if said is None else (said,)


def vendor_of(preserie: Preserie) -> str | None:
    """The name of the vendor whose software is tried; before the opening, the last declared."""
    if preserie.opened is not None:
        return preserie.software[preserie.opened].vendor
    return preserie.vendor


def is_address(text: str) -> bool:
    """Whether *text* is one address of e-mail, alone and without a name. Source: PRE-55."""
    return len(text) <= ADDRESS_LENGTH_MAX and _ADDRESS.fullmatch(text) is not None


def read_contacts(members: Mapping[str, object]) -> Contacts:
    """The contacts that a file holds: by party, a list of addresses.

    Raises:
        ContactError: a name is no party's, or an address is none.

    Source: PRE-55.
    """
    known = {}
    for name, listed in members.items():
        if not _is_named(name):
            raise ContactError(
                f"« {name} » n’est pas un acteur : cnam, gie, cpam:NN, vendor:NOM, pilot:AM, "
                "profession:NOM ou other:NOM"
            )
        if not isinstance(listed, list) or not 1 <= len(listed) <= ADDRESSES_MAX:
            raise ContactError(f"« {name} » doit être une liste de 1 à {ADDRESSES_MAX} adresses")
        wrong = [one for one in listed if not isinstance(one, str) or not is_address(one)]
        if wrong:
            raise ContactError(f"« {name} » : {wrong[0]!r} n’est pas une adresse électronique")
        known[_key_of(name)] = tuple(dict.fromkeys(listed))
    return Contacts(known)


def _is_named(name: str) -> bool:
    if name.startswith(_VENDOR):
        return bool(fold(name.removeprefix(_VENDOR)))
    party = parse_party(name)
    return party is not None and party.kind not in (PartyKind.VENDOR, PartyKind.PILOTS)


def _key_of(name: str) -> str:
    if name.startswith(_VENDOR):
        return _VENDOR + fold(name.removeprefix(_VENDOR))
    return str(parse_party(name))
