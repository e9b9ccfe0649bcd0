"""Cases of what is refused of an act: when it is recorded, and when it is said anew."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import json
from typing import Any

from acts import a_supply_delivery, sent
from api.lives import parameters, say
from api.papers import delivery, ordonnance, spoil
from api.refusals import Cases, Pair, Prepare, Request, add, issued, must
from api.refusals_state import lasts_a_day, mixed
from api.searches import NOBODY_YET, a_patient
from api.services import Service
from builders import a_number
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.line import Exclusion
from ordonnance.domain.raised_row import ACTS
from ordonnance.simulation.papers import Delivered, Ordered, Taken, write_execution
from ordonnance.simulation.population import ANNE, MARC, OTHER_PHARMACIST, PHARMACIST
from ordonnance.store.product import read_extract

CASES: Cases = {}
EXTENSION = "https://ordonnance.example/fhir/StructureDefinition/"
INS_SYSTEM = "urn:oid:1.2.250.1.213.1.4.10"
EXTRACT = read_extract()
ACTISKENAN = EXTRACT.by_cip13["3400934990007"]  # a narcotic; 14 capsules a pack
AMLOR = EXTRACT.by_cip13["3400933313586"]  # list I, in a generic group; 30 capsules
AMLODIPINE = EXTRACT.by_cip13["3400937977661"]  # of the same group
ADVILMED = EXTRACT.by_cip13["3400932959419"]  # of another
SUBUTEX = EXTRACT.by_cip13["3400933943998"]  # names its pharmacy
ONE_A_DAY = Taken(amount=1, unit="gélule", times_a_day=1)
TWO_A_DAY = Taken(amount=1, unit="gélule", times_a_day=2)
Change = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something to record of a prescription: the Bundle of ``$execute``, when, by whom."""

    number: PrescriptionNumber
    body: bytes
    at: datetime
    claims: Mapping[str, Any]

    def but(self, change: Change) -> "Deed":
        """The same deed, its resource altered in place."""
        return replace(self, body=spoil(self.body, change))


# A deed that is refused, and one that is not.
Scene = Callable[[Service], tuple[Deed, Deed]]


def a_deed(service: Service, number: PrescriptionNumber, **done: Any) -> Deed:
    """One box of line 1 delivered by the pharmacist now, unless *done* says otherwise.

    *after* is how long from now it is done, and recorded; *at* is only when it is said to be done.
    """
    on = service.clock.at + done.pop("after", timedelta())
    at = done.pop("at", on)
    product = done.pop("product", None)
    claims = done.pop("claims", PHARMACIST.claims)
    body = (
        delivery(number, at=at, **done)
        if product is None
        else write_execution(number, [Delivered(product=product, **done)], at=at)
    )
    return Deed(number=number, body=body, at=on, claims=claims)


def acting(scene: Scene, code: str = "") -> Prepare:
    """The two deeds of *scene* recorded; or, what was recorded corrected into each of them."""

    def prepare(service: Service, name: str) -> Pair:
        bad, good = scene(service)
        if name == "execute":
            return recording(bad), recording(good)
        first = good if bad.number == good.number else bad.but(lambda it: decide(it, code))
        request = correcting(service, first, bad)
        is_same = bad.number == good.number
        return request, correcting(service, good, good, again=request if is_same else None)

    return prepare


def recording(deed: Deed) -> Request:
    """The ``$execute`` of a deed."""
    return Request(
        name="execute", number=deed.number, claims=deed.claims, body=deed.body, at=deed.at
    )


def correcting(
    service: Service, first: Deed, deed: Deed, *, again: Request | None = None
) -> Request:
    """The ``$correct`` that says *deed* in place of *first*, recorded if it was not *again*."""
    if again is None:
        service.clock.at = first.at
        done = must(
            service.act(first.number, "execute", first.body, claims=dict(first.claims), key="first")
        )
        said = [one for one in done.json["output"] if "valueIdentifier" in one]
        identifier = say("execution", said[-1]["valueIdentifier"]["value"])
    else:
        identifier = json.loads(again.body or b"")["parameter"][0]
    entries = json.loads(deed.body)["entry"]
    lines = [{"name": "line", "resource": entry["resource"]} for entry in entries]
    return Request(
        name="correct",
        number=deed.number,
        claims=deed.claims,
        body=parameters(identifier, say("reason", "Erreur de saisie"), *lines),
        at=max(first.at, deed.at),
    )


def decide(resource: dict[str, Any], code: str) -> None:
    """The professional sets the refusal *code* aside."""
    parts = [
        {"url": "code", "valueCode": code},
        {"url": "reason", "valueString": "Patient en voyage, médecin joint"},
    ]
    resource.setdefault("extension", []).append({"url": f"{EXTENSION}override", "extension": parts})


def two_boxes(bad: Mapping[str, Any], good: Mapping[str, Any] | None = None) -> Scene:
    """Two deliveries of a plain ordonnance of two boxes."""

    def scene(service: Service) -> tuple[Deed, Deed]:
        number = issued(service)
        return said(service, number, bad), said(service, number, good or {})

    return scene


def said(service: Service, number: PrescriptionNumber, done: Mapping[str, Any]) -> Deed:
    """What was *done*, said now to have been done so many *minutes* from now."""
    at = service.clock.at + timedelta(minutes=done.get("minutes", 0))
    others = {name: value for name, value in done.items() if name != "minutes"}
    return a_deed(service, number, **others, at=at)


def resource(bad: Change, good: Change = lambda _: None, **done: Any) -> Scene:
    """A delivery of a plain ordonnance, its resource altered by *bad*, or by *good*."""

    def scene(service: Service) -> tuple[Deed, Deed]:
        deed = a_deed(service, issued(service), **done)
        return deed.but(bad), deed.but(good)

    return scene


def subject(value: str) -> Change:
    """Name the patient of an act."""
    identifier = {"system": INS_SYSTEM, "value": value}
    return lambda it: it.update(subject={"identifier": identifier})


def prescribed(
    service: Service, product: Any, change: Change | None = None, **more: Any
) -> PrescriptionNumber:
    """The number of one line just issued, for somebody whom nobody else treats."""
    at = more.pop("at", service.clock.at)
    patient = more.pop("patient", None) or a_patient(next(NOBODY_YET))
    line = Ordered(product=product, **{"taken": ONE_A_DAY, "boxes": 1, **more})
    number = a_number(at=at)
    body = ordonnance(number, line, at=at, patient=patient)
    must(service.issue(body if change is None else spoil(body, change)))
    return number


# What is said of any act


def on_line_two(service: Service) -> tuple[Deed, Deed]:
    number = issued(service, mixed)
    return a_deed(service, number, line=2), a_deed(service, number)


def by_supply(service: Service) -> tuple[Deed, Deed]:
    """A medicine delivered as a device is; as a medicine is."""
    number = issued(service)
    good = a_deed(service, number)
    return replace(good, body=sent(a_supply_delivery(number))), good


def past_validity(service: Service) -> tuple[Deed, Deed]:
    number = issued(service, lambda number, at: spoil(ordonnance(number, at=at), lasts_a_day))
    good = a_deed(service, number)
    return a_deed(service, number, after=timedelta(days=2)), good


def adapt(*, is_dated: bool) -> Change:
    """Say that the prescriber agreed to an adaptation, and when."""
    dated = [{"url": "agreementOn", "valueDate": "2026-11-23"}] if is_dated else []
    words = {"url": "text", "valueString": "Accord du Dr Modèle par téléphone"}
    adaptation = {"url": f"{EXTENSION}adaptation", "extension": [*dated, words]}
    return lambda it: it.update(extension=[adaptation])


def set_code(code: str) -> Change:
    return lambda it: it["medicationCodeableConcept"]["coding"][0].update(code=code)


ANY_ACT: Mapping[str, Scene] = {
    "PATIENT_MISMATCH": resource(subject(MARC.ins.value), subject(ANNE.ins.value)),
    "EXPIRED": past_validity,
    "RIGHTS_EXHAUSTED": two_boxes({"boxes": 3}, {"boxes": 2}),
    "INS_INVALID": resource(subject("279035121518988"), subject(ANNE.ins.value)),
    "CIP_INVALID": resource(set_code("3400933857043"), set_code("3400930000007")),
    "LINE_UNKNOWN": two_boxes({"line": 2}),
    "QUANTITY_INVALID": two_boxes({"boxes": 0}),
    "AGREEMENT_MISSING": resource(adapt(is_dated=False), adapt(is_dated=True)),
    "REASON_MISSING": resource(
        lambda it: it.pop("statusReasonCodeableConcept"), not_done="RUPTURE"
    ),
    "DATE_IN_FUTURE": two_boxes({"minutes": 6}, {"minutes": 4}),
    "EXTENSION_UNKNOWN": resource(lambda it: it.update(modifierExtension=[])),
}
for code, scene in ANY_ACT.items():
    add(CASES, code, ACTS, acting(scene))
add(CASES, "KIND_NOT_ALLOWED", ACTS, acting(on_line_two), rank=1)
add(CASES, "ELEMENT_INVALID", ACTS, acting(by_supply), rank=1)
add(
    CASES,
    "DEFERRED_REASON_MISSING",
    ("execute",),
    acting(two_boxes({"minutes": -16}, {"minutes": -14})),
)
UNEXPLAINED = acting(two_boxes({"deferred": " "}, {"deferred": "Réseau coupé"}))
add(CASES, "DEFERRED_REASON_MISSING", ("correct",), UNEXPLAINED)
add(CASES, "DEFERRED_REASON_MISSING", ("execute",), UNEXPLAINED, rank=1)


def agreed(day: str) -> Change:
    """Say on which day the prescriber agreed."""

    def change(it: dict[str, Any]) -> None:
        adapt(is_dated=True)(it)
        it["extension"][0]["extension"][0]["valueDate"] = day

    return change


def swapped(*, is_dated: bool) -> Change:
    """Say that the product was changed with the prescriber's agreement."""
    reason = [{"coding": [{"code": "PRESCRIPTEUR_ACCORD"}]}]

    def change(it: dict[str, Any]) -> None:
        it["substitution"] = {"wasSubstituted": True, "reason": reason}
        if is_dated:
            adapt(is_dated=True)(it)

    return change


def set_aside(reason: str) -> Change:
    """Set a refusal aside, for that reason."""

    def change(it: dict[str, Any]) -> None:
        decide(it, "RIGHTS_EXHAUSTED")
        it["extension"][0]["extension"][1]["valueString"] = reason

    return change


VARIANTS: Mapping[tuple[str, str], Scene] = {
    ("QUANTITY_INVALID", "unit"): resource(
        lambda it: it.update(quantity={"value": 1, "unit": "comprimé"}),
        lambda it: it.update(quantity={"value": 1, "unit": "boîte"}),
    ),
    ("REASON_MISSING", "short"): resource(set_aside("En voyage"), set_aside("En voyage.")),
    ("DATE_IN_FUTURE", "agreement"): resource(agreed("2026-11-24"), agreed("2026-11-23")),
    ("AGREEMENT_MISSING", "swap"): resource(swapped(is_dated=False), swapped(is_dated=True)),
}
for (code, variant), scene in VARIANTS.items():
    add(CASES, code, ACTS, acting(scene), variant=variant)


# The rules of medicines


def before_its_time(service: Service) -> tuple[Deed, Deed]:
    """A renewal on the twentieth day of thirty; on the thirtieth."""
    number = prescribed(service, AMLOR, repeats=2)
    first = a_deed(service, number, product=AMLOR)
    must(service.act(number, "execute", first.body, key="before"))
    early, due = (
        a_deed(service, number, product=AMLOR, after=timedelta(days=days)) for days in (20, 30)
    )
    return early, due


def operated(on: str) -> Change:
    parts = [
        {"url": "operationOn", "valueDate": on},
        {"url": "dischargeOn", "valueDate": "2026-12-10"},
    ]
    return lambda it: it.update(extension=[{"url": f"{EXTENSION}surgery", "extension": parts}])


def before_the_operation(service: Service) -> tuple[Deed, Deed]:
    """Ten days before it; three days before it."""
    far, near = (
        prescribed(service, ACTISKENAN, operated(on), taken=TWO_A_DAY, days=7)
        for on in ("2026-12-03", "2026-11-26")
    )
    return a_deed(service, far, product=ACTISKENAN), a_deed(service, near, product=ACTISKENAN)


def long_after(service: Service) -> tuple[Deed, Deed]:
    """A first delivery a hundred days after the writing; eighty."""
    late, near = (
        prescribed(service, AMLOR, at=service.clock.at - timedelta(days=days)) for days in (100, 80)
    )
    return a_deed(service, late, product=AMLOR), a_deed(service, near, product=AMLOR)


def too_long(service: Service) -> tuple[Deed, Deed]:
    """Three months at a time; one."""
    number = prescribed(service, AMLOR, boxes=3)
    bad = a_deed(service, number, product=AMLOR, boxes=3)
    return bad, a_deed(service, number, product=AMLOR)


def covered(service: Service) -> tuple[Deed, Deed]:
    """What another ordonnance covers already; the same for somebody whom none covers."""
    patient = a_patient(next(NOBODY_YET))
    more: dict[str, Any] = {"taken": TWO_A_DAY, "days": 28, "boxes": 4}
    first, second = (prescribed(service, ACTISKENAN, patient=patient, **more) for _ in range(2))
    free = prescribed(service, ACTISKENAN, **more)
    deeds = [a_deed(service, one, product=ACTISKENAN, boxes=4) for one in (first, second, free)]
    must(service.act(first, "execute", deeds[0].body, key="before"))
    return deeds[1], deeds[2]


def elsewhere(service: Service) -> tuple[Deed, Deed]:
    """At another pharmacy than the one named; at that one."""
    assert PHARMACIST.am is not None
    named = {"identifier": {"value": PHARMACIST.am.value}}

    def name(line: dict[str, Any]) -> None:
        line["dispenseRequest"]["performer"] = named

    deeds = [
        a_deed(
            service,
            prescribed(service, SUBUTEX, name, taken=TWO_A_DAY, days=28, boxes=4),
            product=SUBUTEX,
            days=7,
            claims=claims,
        )
        for claims in (OTHER_PHARMACIST.claims, PHARMACIST.claims)
    ]
    return deeds[0], deeds[1]


def excluded(service: Service) -> tuple[Deed, Deed]:
    """Another product, where substitution is excluded; the one prescribed."""
    number = prescribed(service, AMLOR, exclusion=Exclusion.NARROW_MARGIN)
    bad = a_deed(service, number, product=AMLODIPINE)
    return bad, a_deed(service, number, product=AMLOR)


def of_another_group(service: Service) -> tuple[Deed, Deed]:
    """A product of another group, without a word; with the reason."""
    deed = a_deed(service, prescribed(service, AMLOR), product=ADVILMED)
    said = {"wasSubstituted": True, "reason": [{"coding": [{"code": "RUPTURE_ARRETE"}]}]}
    return deed, deed.but(lambda it: it.update(substitution=said))


MEDICINES: Mapping[str, Scene] = {
    "TOO_EARLY": before_its_time,
    "TOO_LATE": long_after,
    "DURATION_EXCEEDED": too_long,
    "OVERLAP": covered,
    "NOT_THE_NAMED_PHARMACY": elsewhere,
    "NOT_SUBSTITUTABLE": excluded,
    "SUBSTITUTION_REASON_MISSING": of_another_group,
}
for code, scene in MEDICINES.items():
    add(CASES, code, ACTS, acting(scene, code))
add(CASES, "TOO_EARLY", ACTS, acting(before_the_operation, "TOO_EARLY"), rank=1)
