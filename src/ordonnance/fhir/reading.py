"""From the bytes of a body to typed elements, or to a refusal that names the element."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
import re
from typing import TypeVar

import msgspec

from ordonnance.domain.days import PARIS, end_of_day
from ordonnance.domain.identifiers import INS, RPPS, INSAuthority
from ordonnance.domain.prescription import LINES_MAX
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir import terms
from ordonnance.fhir.depth import depth_of
from ordonnance.fhir.structs import (
    AnyResource,
    Bundle,
    Coding,
    Identifier,
    Members,
    Number,
    Quantity,
)

BODY_BYTES_MAX = 256 * 1024
DEPTH_MAX = 32

_T = TypeVar("_T")
_decode_bundle = msgspec.json.Decoder(Bundle)
_decode_any = msgspec.json.Decoder(AnyResource)
_decode_members = msgspec.json.Decoder(Members)
_decode_anything = msgspec.json.Decoder()
_encode = msgspec.json.Encoder().encode

_MODIFIER = re.compile(rb'"modifierExtension"\s*:')
_ESCAPED_LETTER = re.compile(rb"\\u00([4-7][0-9a-fA-F])")
_PROBLEM = re.compile(r"^(?P<problem>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<name>\w+)`$")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_AUTHORITIES = {authority.value: authority for authority in INSAuthority}
_YEARS = range(1900, 2200)  # beyond, the calendar itself ends before a year is added
_BYTE = re.compile(r"\(byte (?P<byte>\d+)\)")
_FRENCH = (
    ("Invalid enum value", "valeur inconnue"),
    ("Integer value out of range", "nombre démesuré"),
    ("Number out of range", "nombre démesuré"),
    ("Expected", "attendu"),
    (", got", ", reçu"),
    (" of length", " de longueur"),
    (" | null`", "`"),
    ("`str`", "du texte"),
    ("`int`", "un entier"),
    ("`float`", "un nombre"),
    ("`int | float`", "un nombre"),
    ("`bool`", "vrai ou faux"),
    ("`array`", "une liste"),
    ("`object`", "un objet"),
    ("`null`", "rien"),
)


class Resource(msgspec.Struct, frozen=True):
    """One resource of a Bundle: its kind, its place, its text.

    *where*, its FHIRPath, is kept though *entry* gives it: it is asked for at every element.
    """

    kind: str
    entry: int
    text: msgspec.Raw
    id: str | None
    full_url: str | None
    where: str


def path_of(entry: int) -> str:
    """The FHIRPath of the resource of an entry, counted from 0."""
    return f"Bundle.entry[{entry}].resource"


def decode(decoder: msgspec.json.Decoder[_T], text: bytes | msgspec.Raw, where: str) -> _T:
    """*text* as *decoder* types it; *where* is the FHIRPath of what is read.

    Raises:
        Refusal: BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID, naming the element.
    """
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        raise explain(str(error), where) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(Reasons.BODY_MALFORMED, problem=say_unreadable(error)) from None


def say_unreadable(error: Exception) -> str:
    """What is wrong with a text that is not JSON, in French."""
    if isinstance(error, UnicodeDecodeError):
        return "un texte n’est pas en UTF-8"
    place = _BYTE.search(str(error))
    return "il est coupé avant sa fin" if place is None else f"erreur à l’octet {place['byte']}"


def explain(message: str, where: str) -> Refusal:
    """The refusal that says in French, and with its FHIRPath, what the decoder found."""
    found = _PROBLEM.match(message)
    problem, path = (message, "") if found is None else (found["problem"], found["path"] or "")
    path = path.partition("[...]")[0]  # from there on the decoder names nothing
    missing = _MISSING.match(problem)
    if missing is not None:
        element = f"{where}{path}.{missing['name']}"
        return refuse_missing(element)
    for english, french in _FRENCH:
        problem = problem.replace(english, french)
    return refuse_element(f"{where}{path}", problem)


def refuse_element(where: str, problem: str) -> Refusal:
    """The refusal of an element that is not what it should be."""
    return Refusal(Reasons.ELEMENT_INVALID, where, problem=f"{where} ({problem})")


def refuse_missing(where: str) -> Refusal:
    """The refusal for an element that is not there."""
    return Refusal(Reasons.ELEMENT_MISSING, where, problem=where)


def check_size(body: bytes) -> None:
    """Refuse what is too large or too deep before anything is parsed.

    Raises:
        Refusal: BODY_TOO_LARGE.

    Source: ours (TLS-17): 40 lines of 5 kB fit, and nobody nests that deep by hand.
    """
    if len(body) > BODY_BYTES_MAX:
        raise Refusal(Reasons.BODY_TOO_LARGE, problem="256 Kio au plus")
    if body.count(b"{") + body.count(b"[") <= DEPTH_MAX:
        return
    if depth_of(body) > DEPTH_MAX:
        raise Refusal(Reasons.BODY_TOO_LARGE, problem=f"{DEPTH_MAX} niveaux au plus")


def read_bundle(body: bytes) -> list[Resource]:
    """The resources of a Bundle, in order.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID,
            EXTENSION_UNKNOWN.

    Source: TLS-17; FHIR R4, 2.4 (an unknown modifierExtension is refused).
    """
    check_size(body)
    bundle = decode(_decode_bundle, body, "Bundle")
    resources = []
    for index, entry in enumerate(bundle.entry):
        text, where = entry.resource, path_of(index)
        about = decode(_decode_any, text, where)
        resources.append(
            Resource(about.resource_type, index, text, about.id, entry.full_url, where)
        )
    if bears_modifier(body):
        raise Refusal(
            Reasons.EXTENSION_UNKNOWN,
            next((r.where for r in resources if bears_modifier(bytes(r.text))), "Bundle"),
        )
    return resources


def check_kinds(
    resources: Sequence[Resource],
    *,
    lines: frozenset[str],
    kept: frozenset[str],
    when: str,
    lacking: str,
) -> None:
    """Refuse a Bundle with too many *lines*, with none, or with what is neither line nor *kept*.

    *when* and *lacking* say it in French: at which operation, and what is lacking.

    Raises:
        Refusal: BODY_TOO_LARGE, ELEMENT_INVALID, ELEMENT_MISSING.

    Source: TLS-17.
    """
    count = sum(1 for resource in resources if resource.kind in lines)
    if count > LINES_MAX:
        raise Refusal(Reasons.BODY_TOO_LARGE, "Bundle.entry", problem=f"{LINES_MAX} lignes au plus")
    for resource in resources:
        if resource.kind not in lines and resource.kind not in kept:
            where = f"{resource.where}.resourceType"
            raise refuse_element(where, f"ressource non prise en charge à {when}")
    if count == 0:
        raise Refusal(Reasons.ELEMENT_MISSING, "Bundle.entry", problem=lacking)


def bears_modifier(text: bytes) -> bool:
    """Whether an element of a JSON text is called ``modifierExtension``, however it is spelt."""
    if b"\\" in text:
        text = _ESCAPED_LETTER.sub(lambda found: bytes.fromhex(found[1].decode()), text)
    return b"modifierExtension" in text and _MODIFIER.search(text) is not None


def check_kept(resources: Iterable[Resource]) -> None:
    """Refuse what was skipped until now and nobody could read when it is given back.

    Raises:
        Refusal: BODY_MALFORMED where a text is not UTF-8, ELEMENT_INVALID where a number is of
            no size that software can hold.

    Source: ours (TLS-17): what is kept is given back to all, as it came.
    """
    for resource in resources:
        decode(_decode_anything, resource.text, resource.where)


def read_members(text: bytes | msgspec.Raw, names: frozenset[str], where: str) -> Members:
    """The elements of an object by name, their texts kept.

    Raises:
        Refusal: ELEMENT_INVALID for a name that FHIR does not give there; a primitive's
            extension (``_name``) is of its element.
    """
    members = decode(_decode_members, text, where)
    if members.keys() <= names:
        return members
    for name in members:
        if name not in names and name.removeprefix("_") not in names:
            raise refuse_element(f"{where}.{name}", "élément inconnu de FHIR R4 à cet endroit")
    return members


def find_resource(reference: str | None, resources: Sequence[Resource]) -> Resource | None:
    """What *reference* points to: by fullUrl, ``Type/id`` or ``#id``; None if nothing does."""
    if reference is None:
        return None
    for resource in resources:
        if reference == resource.full_url:
            return resource
        if resource.id is not None and reference in (
            f"{resource.kind}/{resource.id}",
            f"#{resource.id}",
        ):
            return resource
    return None


def read_contained(texts: Iterable[msgspec.Raw], where: str) -> list[Resource]:
    """The resources contained in another, as ``#id`` points to them."""
    contained = []
    for index, text in enumerate(texts):
        about = decode(_decode_any, text, f"{where}.contained[{index}]")
        contained.append(Resource(about.resource_type, index, text, about.id, None, path_of(index)))
    return contained


def add_identifier(members: Members, system: str, value: str) -> bytes:
    """The object's text with one more ``identifier``; all else stays as it came."""
    identifier = {"system": system, "value": value}
    if "identifier" not in members:
        return _encode({**members, "identifier": [identifier]})
    own, present = _encode(identifier), bytes(members["identifier"]).strip()
    if own in present:
        return _encode(members)
    inside = present[1:-1].strip()
    text = b"[" + (inside + b"," if inside else b"") + own + b"]"
    return _encode({**members, "identifier": msgspec.Raw(text)})


def read_instant(text: str, where: str) -> datetime:
    """An instant with its offset, as FHIR writes it.

    Raises:
        Refusal: ELEMENT_INVALID; a day without a time is not an instant.
    """
    try:
        instant = datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
        if instant is not None and instant.year in _YEARS:
            return instant
    except ValueError:
        pass
    raise refuse_element(where, "attendu une date de 1900 à 2199, une heure et un décalage horaire")


def read_moment(text: str, where: str) -> datetime:
    """An instant, or the beginning in Paris of a day written without a time.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    day = _find_day(text)
    return read_instant(text, where) if day is None else datetime.combine(day, time(), PARIS)


def read_end(text: str, where: str) -> datetime:
    """The first instant after a period that ends at *text*; a day is included whole.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    moment = read_moment(text, where)
    return end_of_day(moment.date()) if _DAY.fullmatch(text) else moment


def read_day(text: str, where: str) -> date:
    """A day, as FHIR writes it.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    day = _find_day(text)
    if day is None:
        raise refuse_element(where, "attendu un jour, AAAA-MM-JJ, de 1900 à 2199")
    return day


def _find_day(text: str) -> date | None:
    """The day that *text* is; None: it is no day, or not of our years."""
    try:
        is_day = _DAY.fullmatch(text) and int(text[:4]) in _YEARS
        return date.fromisoformat(text) if is_day else None
    except ValueError:
        return None


def as_decimal(value: Number) -> Decimal:
    """The number as it was written, up to 15 significant digits."""
    return Decimal(repr(value))


def is_in_packs(quantity: Quantity) -> bool:
    """Whether a quantity counts packs: says so, or says nothing of its unit.

    The unit in words comes before its code: UCUM's ``1`` is also how tablets are counted.
    """
    if quantity.code is not None and quantity.system == terms.EDQM:
        return quantity.code.startswith(terms.EDQM_CONTAINERS)
    word = quantity.unit or quantity.code
    return word is None or word.casefold() in terms.PACK_WORDS


def find_code(codings: Iterable[Coding], systems: Sequence[str]) -> str | None:
    """The code of the first coding that belongs to one of *systems*."""
    for coding in codings:
        if coding.code and coding.system in systems:
            return coding.code
    return None


def read_ins(identifiers: Sequence[Identifier], where: str) -> INS | None:
    """The INS among a patient's identifiers; None if there is none.

    Raises:
        Refusal: INS_INVALID.
    """
    for index, identifier in enumerate(identifiers):
        authority = _AUTHORITIES.get((identifier.system or "").removeprefix("urn:oid:"))
        is_billing = identifier.type is not None and any(
            coding.code == terms.BILLING_NIR for coding in identifier.type.coding
        )
        if authority is not None and not is_billing:
            return INS.parse(identifier.value or "", authority, f"{where}[{index}].value")
    return None


def read_rpps(identifiers: Sequence[Identifier], where: str) -> RPPS | None:
    """The RPPS among a professional's identifiers; None if there is none.

    Raises:
        Refusal: RPPS_INVALID.
    """
    for index, identifier in enumerate(identifiers):
        if identifier.system == terms.RPPS:
            return RPPS.parse(identifier.value or "", f"{where}[{index}].value")
        is_national = identifier.system == terms.NATIONAL_PROFESSIONAL
        if is_national and (identifier.value or "").startswith("8"):
            return RPPS.parse_national(identifier.value or "", f"{where}[{index}].value")
    return None
