"""Products over HTTP: searched, looked up by their code, told with their rules. No token is asked.

What is known of a medicine is public; what is asked is not logged, as no address is.
"""

from collections.abc import Callable
from datetime import date, datetime
import re
from typing import Any

from falcon import status_codes
from falcon.asgi import App, Request, Response

from ordonnance.domain.catalogue import LIMIT_DEFAULT, LIMIT_MAX, Catalogue, Found
from ordonnance.domain.datamatrix import (
    TEXT_LENGTH_MAX,
    Pack,
    is_cip13_mistyped,
    is_datamatrix,
    read_pack,
)
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.delivery import Condition
from ordonnance.domain.explained import Explained
from ordonnance.domain.explanation import explain
from ordonnance.domain.line import Kind
from ordonnance.domain.lookup import Answer, look_up
from ordonnance.domain.nomenclature import FoundItem
from ordonnance.domain.product import Availability, Product, Referential
from ordonnance.domain.refusal import Reasons, Refusal

Current = Callable[[], tuple[Referential, Catalogue]]

_LIMIT = re.compile(r"\d{1,3}", re.ASCII)
_CACHE = "public, max-age=60"


class Search:
    """``GET /products?q=…&limit=…``."""

    def __init__(self, current: Current, clock: Callable[[], datetime]) -> None:
        self._current = current
        self._clock = clock

    async def on_get(self, req: Request, resp: Response) -> None:
        """What *q* asks for: words, a code, an ATC class, or a box's DataMatrix.

        Medicines, then the devices, tests and acts of the nomenclatures.

        Raises:
            Refusal: ELEMENT_MISSING, ELEMENT_INVALID; CIP_INVALID for a DataMatrix or a CIP13
                whose key is wrong.

        Source: REF-10, REF-11, REF-12, REF-24.
        """
        text, limit = read_query(req)
        referential, catalogue = self._current()
        on = day_in_paris(self._clock())
        pack = None
        if is_datamatrix(text):
            pack = read_pack(text, on=on)
        elif is_cip13_mistyped(text):
            raise Refusal(Reasons.CIP_INVALID)
        elif is_fresh(req, resp, name_all(referential)):
            return
        found = look_up(text, catalogue, referential.nomenclature, on=on, limit=limit)
        resp.media = write_answer(referential, text, found, pack)
        # A serial number tells one box from all others: nobody between keeps it.
        resp.set_header("Cache-Control", _CACHE if pack is None else "no-store")


class Lookup:
    """``GET /products/{code}`` and ``GET /products/{code}/rules``."""

    def __init__(self, current: Current) -> None:
        self._current = current

    async def on_get(self, req: Request, resp: Response, code: str) -> None:
        """The product whose CIP13, CIS or UCD13 is *code*.

        Raises:
            Refusal: PRODUCT_UNKNOWN.

        Source: REF-11.
        """
        version, found = self._find(code)
        if not is_fresh(req, resp, version):
            resp.media = {"referential": version, **write_found(found)}

    async def on_get_rules(self, req: Request, resp: Response, code: str) -> None:
        """Every rule that applies to that product.

        Raises:
            Refusal: PRODUCT_UNKNOWN.

        Source: MED-2.
        """
        version, found = self._find(code)
        if not is_fresh(req, resp, version):
            resp.media = write_rules(version, found.product)

    def _find(self, code: str) -> tuple[str, Found]:
        referential, catalogue = self._current()
        found = catalogue.find(code)
        if found is None:
            raise Refusal(Reasons.PRODUCT_UNKNOWN)
        return referential.version, found


def add_product_routes(
    app: App[Request, Response], current: Current, clock: Callable[[], datetime]
) -> None:
    """Open the products in *app*, whose error handlers answer refusals.

    *current* gives the referential in force and its catalogue, built already: it is asked at
    each request. *clock* tells the instant, from which a DataMatrix's century follows.
    """
    app.add_route("/products", Search(current, clock))
    lookup = Lookup(current)
    app.add_route("/products/{code}", lookup)
    app.add_route("/products/{code}/rules", lookup, suffix="rules")


def read_query(req: Request) -> tuple[str, int]:
    """What is asked, and how many products at most.

    Raises:
        Refusal: ELEMENT_MISSING without *q*; ELEMENT_INVALID where *q* is too long or *limit* is
            no number of the range.

    Source: REF-10.
    """
    text = req.get_param("q", default="")
    if not text.strip():
        raise Refusal(Reasons.ELEMENT_MISSING, "q", problem="q, ce qu’il faut chercher")
    if len(text) > TEXT_LENGTH_MAX:
        problem = f"q a {TEXT_LENGTH_MAX} caractères au plus"
        raise Refusal(Reasons.ELEMENT_INVALID, "q", problem=problem)
    limit = req.get_param("limit", default=str(LIMIT_DEFAULT))
    if not (_LIMIT.fullmatch(limit) and 1 <= int(limit) <= LIMIT_MAX):
        problem = f"limit est un nombre de 1 à {LIMIT_MAX}"
        raise Refusal(Reasons.ELEMENT_INVALID, "limit", problem=problem)
    return text, int(limit)


def is_fresh(req: Request, resp: Response, version: str) -> bool:
    """Whether who asks has this version's answer already, which 304 then says.

    In both cases the answer says its version and how long it may be kept.
    """
    resp.set_header("ETag", f'W/"{version}"')
    resp.set_header("Cache-Control", _CACHE)
    known = req.if_none_match or ()
    if not any(one in ("*", version) for one in known):
        return False
    resp.status = status_codes.HTTP_304
    return True


def name_all(referential: Referential) -> str:
    """One name for the version of the medicines and those of the nomenclatures, if there are."""
    versions = referential.nomenclature.versions
    return "+".join([referential.version, *(versions[system] for system in sorted(versions))])


def write_answer(
    referential: Referential, text: str, found: Answer, pack: Pack | None = None
) -> dict[str, Any]:
    """What a search found as a JSON object; *pack* is the box scanned, if one was.

    Source: REF-12, REF-13, REF-24.
    """
    answer: dict[str, Any] = {
        "referential": referential.version,
        "nomenclatures": dict(referential.nomenclature.versions),
        "query": text,
        "products": [write_found(one) for one in found.medicines],
        "codes": [write_code(one) for one in found.codes],
    }
    if pack is not None:
        answer["pack"] = {
            "gtin": pack.gtin,
            "cip13": None if pack.cip13 is None else pack.cip13.value,
            "lot": pack.lot,
            "expiresOn": write_day(pack.expires_on),
            "serial": pack.serial,
        }
    return answer


def write_found(found: Found) -> dict[str, Any]:
    """A medicine as a JSON object; *match* tells by what it was found (``Why``).

    Source: REF-13.
    """
    product = found.product
    return {
        "kind": Kind.MEDICINE.value,
        "cis": product.cis.value,
        "name": product.name,
        "form": product.form,
        "substances": list(product.substances),
        "atc": product.atc,
        "genericGroup": write_group(product),
        "availability": write_availability(product.availability),
        "conditions": list(product.conditions),
        "isMarketed": product.is_marketed,
        "match": found.why.value,
        "presentations": [
            {
                "cip13": one.cip13.value,
                "label": one.packaging,
                "isMarketed": one.is_marketed,
                "availability": write_availability(one.availability),
            }
            for one in found.presentations
            if one.cip13 is not None
        ],
    }


def write_code(found: FoundItem) -> dict[str, Any]:
    """A device, a test or an act as a JSON object; *kind* tells which (``Kind``).

    Source: REF-24.
    """
    item = found.item
    return {
        "kind": item.kind.value,
        "system": item.system.value,
        "code": item.code,
        "label": item.label,
        "priorAgreement": item.needs_agreement,
        "endsOn": write_day(item.ends_on),
        "provision": None if item.provision is None else item.provision.value,
        "countMax": item.count_max,
        "incompatible": list(item.incompatible),
        "match": found.match.value,
    }


def write_rules(version: str, product: Product) -> dict[str, Any]:
    """A product and every rule that applies to it, in the order of reading, as a JSON object.

    *keptAsText* are the texts that no rule reads, among *conditions*.

    Source: MED-2.
    """
    kept = product.regime.find_all(Condition.TEXT)
    return {
        "referential": version,
        "cis": product.cis.value,
        "cip13": None if product.cip13 is None else product.cip13.value,
        "name": product.name,
        "form": product.form,
        "substances": list(product.substances),
        "genericGroup": write_group(product),
        "availability": write_availability(product.availability),
        "conditions": list(product.conditions),
        "rules": [write_rule(told) for told in explain(product)],
        "keptAsText": [one.text for one in kept],
    }


def write_rule(told: Explained) -> dict[str, Any]:
    """A rule as a JSON object; *overridable* is null for what refuses nothing.

    Source: MED-2.
    """
    return {
        "rule": told.rule,
        "title": told.title,
        "sentence": told.sentence,
        "effect": told.effect.value,
        "code": told.code,
        "overridable": told.is_overridable,
        "source": told.source,
        "texts": list(told.texts),
        "because": told.because,
    }


def write_group(product: Product) -> dict[str, str | None] | None:
    """The generic group, and what the product is in it; None outside the répertoire.

    Source: REF-13.
    """
    if product.generic_group is None:
        return None
    role = None if product.generic_role is None else product.generic_role.value
    return {"id": product.generic_group, "label": product.group_label, "role": role}


def write_availability(availability: Availability | None) -> dict[str, str | None] | None:
    """What the ANSM says of the supply; None: nothing.

    Source: REF-13.
    """
    if availability is None:
        return None
    return {
        "supply": availability.supply.value,
        "since": write_day(availability.since),
        "until": write_day(availability.until),
    }


def write_day(on: date | None) -> str | None:
    """A day as JSON says it."""
    return None if on is None else on.isoformat()
