"""The rules of medicines over HTTP, on both engines: each refusal by its cause, or set aside."""

from datetime import timedelta
from itertools import count
import json

import pytest

from api.papers import ordonnance, spoil
from api.services import sentence_of, told
from builders import NOW, a_number
from ordonnance.domain.identifiers import INS, INSAuthority
from ordonnance.simulation.papers import Delivered, Ordered, write_execution
from ordonnance.simulation.population import OTHER_PHARMACIST, PHARMACIST, Patient
from ordonnance.store.product import read_extract

EXTENSION = "https://ordonnance.example/fhir/StructureDefinition/"
EXTRACT = read_extract()
ACTISKENAN = EXTRACT.by_cip13["3400934990007"]  # a narcotic; 14 capsules a pack
AMLOR = EXTRACT.by_cip13["3400933313586"]  # list I, in a generic group; 30 capsules
AMLODIPINE = EXTRACT.by_cip13["3400937977661"]  # of the same group
ADVILMED = EXTRACT.by_cip13["3400932959419"]  # list II; 20 tablets
DOLIPRANE = EXTRACT.by_cip13["3400935955838"]  # not listed; 8 tablets
SUBUTEX = EXTRACT.by_cip13["3400933943998"]  # names its pharmacy, fractions of 7 days
ZOLPIDEM = EXTRACT.by_cip13["3400936103023"]  # 4 weeks, no overlap
ONE_A_DAY = {
    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
    "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "gélule"}}],
}
TWO_A_DAY = {
    "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
    "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "gélule"}}],
}


_born = count(1)


def somebody():
    """A patient whom no other test knows: treatments that may not overlap would meet."""
    body = f"2790351215{next(_born):03}"
    ins = INS(f"{body}{97 - int(body) % 97:02}", INSAuthority.TEST)
    return Patient(ins=ins, family="ESSAI", given="Alix", born_on="1979-03-14", gender="female")


def prescribed(product, *, at=NOW, dosage=ONE_A_DAY, patient=None, boxes=1, days=None, **changes):
    """The number and the Bundle of a line, its dosage structured, written at *at*."""
    number = a_number(at=at)
    patient = patient or somebody()
    line = Ordered(product=product, posology="1", boxes=boxes, days=days)

    def change(resource):
        bounds = resource["dosageInstruction"][0].get("timing", {}).get("repeat", {})
        timing = {"repeat": {**dosage["timing"]["repeat"], **bounds}} if dosage else {}
        resource["dosageInstruction"] = (
            [{**dosage, "timing": timing}] if dosage else [{"text": "1"}]
        )
        resource["dispenseRequest"].pop("numberOfRepeatsAllowed")
        for name, value in changes.items():
            if name == "dispenseRequest":
                resource[name].update(value)
            else:
                resource[name] = value

    return number, spoil(ordonnance(number, line, at=at, patient=patient), change)


def delivered(number, product, *, at=NOW, changes=None, **done):
    """The Bundle of a delivery at *at*."""
    body = write_execution(number, [Delivered(product=product, **done)], at=at)
    return spoil(body, lambda it: it.update(changes or {}))


def issued(service, product, **more):
    """The number of a prescription just issued; it must be."""
    number, body = prescribed(product, **more)
    assert service.issue(body).status_code == 201
    return number


def warnings_of(result):
    """The codes of the warnings that an answer bears."""
    notes = json.loads(result.content).get("note", [])
    return [note["extension"][0]["valueCode"] for note in notes]


def line_of(result, rank=1):
    """What the Task says of a line: extensions by name."""
    line = json.loads(result.content)["input"][rank - 1]
    return {
        one["url"].removeprefix(EXTENSION): one.get("valueString", one.get("valueCode"))
        for one in line["extension"]
    }


def override(code):
    return (code, "Patient en voyage, médecin joint")


def test_a_dose_is_said_in_french_and_a_narcotic_s_in_words(service):  # POS-1, POS-9
    plain = service.issue(prescribed(AMLOR)[1])
    in_words = service.issue(prescribed(ACTISKENAN, dosage=TWO_A_DAY, days=28, boxes=4)[1])

    assert line_of(plain)["posology"] == "1\u202fgélule 1\u202ffois par jour"
    assert line_of(in_words)["posology"] == "une gélule deux fois par jour pendant vingt-huit jours"


def test_what_full_words_cannot_be_written_of_is_refused(service):  # POS-9
    _, body = prescribed(ACTISKENAN, dosage=None)
    written = {"dosageInstruction": [{"text": "une gélule matin et soir"}]}

    refused = service.issue(body)
    accepted = service.issue(prescribed(ACTISKENAN, dosage=None, **written)[1])

    assert told(refused)[:2] == (422, ["QUANTITY_IN_WORDS_MISSING"])
    assert accepted.status_code == 201


def test_an_opioid_substitute_names_its_pharmacy(service):  # MED-17
    named = {"performer": {"identifier": {"value": PHARMACIST.am.value}}}

    refused = service.issue(prescribed(SUBUTEX, days=28, boxes=4)[1])
    number = issued(service, SUBUTEX, days=28, boxes=4, dispenseRequest=named)
    elsewhere = service.act(
        number, "execute", delivered(number, SUBUTEX, days=7), claims=OTHER_PHARMACIST.claims
    )
    here = service.act(number, "execute", delivered(number, SUBUTEX, days=7))

    assert told(refused)[:2] == (422, ["NAMED_PHARMACY_MISSING"])
    assert told(elsewhere)[:2] == (422, ["NOT_THE_NAMED_PHARMACY", "OVERRIDABLE"])
    assert here.status_code == 201


def test_a_first_delivery_after_three_months_is_too_late(service):  # MED-10
    number = issued(service, AMLOR, at=NOW - timedelta(days=100))

    refused = service.act(number, "execute", delivered(number, AMLOR))
    decided = service.act(
        number, "execute", delivered(number, AMLOR, override=override("TOO_LATE"))
    )

    assert told(refused)[:2] == (422, ["TOO_LATE", "OVERRIDABLE"])
    assert "le dernier jour était le sam. 14 nov. 2026" in sentence_of(refused)
    assert decided.status_code == 201


def test_a_renewal_before_its_time_is_too_early(service):  # MED-11
    renewed = {"numberOfRepeatsAllowed": 2}
    number = issued(service, AMLOR, dispenseRequest=renewed)
    again = {"key": "again"}
    assert service.act(number, "execute", delivered(number, AMLOR)).status_code == 201

    service.clock.advance(days=20)
    early = delivered(number, AMLOR, at=service.clock.at)
    refused = service.act(number, "execute", early, **again)
    decided = delivered(number, AMLOR, at=service.clock.at, override=override("TOO_EARLY"))
    accepted = service.act(number, "execute", decided, **again)

    assert told(refused)[:2] == (422, ["TOO_EARLY", "OVERRIDABLE"])
    assert "à partir du mer. 23 déc. 2026" in sentence_of(refused)
    assert accepted.status_code == 201


def test_what_is_not_listed_only_warns(service):  # MED-11, MED-12
    dosage = {**ONE_A_DAY, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "comprimé"}}]}
    number = issued(service, DOLIPRANE, dosage=dosage, boxes=9)
    first = service.act(number, "execute", delivered(number, DOLIPRANE, boxes=5))

    assert first.status_code == 201
    assert warnings_of(first) == ["DURATION_EXCEEDED"]


def test_one_delivery_covers_a_month(service):  # MED-12
    number = issued(service, AMLOR, boxes=3)

    refused = service.act(number, "execute", delivered(number, AMLOR, boxes=3))
    accepted = service.act(number, "execute", delivered(number, AMLOR))

    assert told(refused)[:2] == (422, ["DURATION_EXCEEDED", "OVERRIDABLE"])
    assert "vous délivrez 90 jours de traitement" in sentence_of(refused)
    assert accepted.status_code == 201


def test_a_narcotic_presented_on_the_fifth_day_has_lost_five(service):  # MED-15
    more = {"dosage": TWO_A_DAY, "days": 28, "boxes": 4}
    number = issued(service, ACTISKENAN, at=NOW - timedelta(days=5), **more)

    refused = service.act(number, "execute", delivered(number, ACTISKENAN, boxes=4))
    rest = delivered(number, ACTISKENAN, boxes=4, days=23)
    accepted = service.act(number, "execute", rest)

    assert told(refused)[:2] == (422, ["DURATION_EXCEEDED", "OVERRIDABLE"])
    assert "elle perd 5 jours, et il reste 23 jours à délivrer" in sentence_of(refused)
    assert accepted.status_code == 201


def test_durations_warn_when_issued_and_bind_when_delivered(service):  # MED-13
    tablets = {**ONE_A_DAY, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "comprimé"}}]}
    number, body = prescribed(ZOLPIDEM, dosage=tablets, days=60, boxes=None)
    answer = service.issue(body)
    first = delivered(number, ZOLPIDEM, days=28)

    assert (answer.status_code, warnings_of(answer)) == (201, ["DURATION_EXCEEDED"])
    assert service.act(number, "execute", first, key="first").status_code == 201
    service.clock.advance(days=28)
    refused = service.act(
        number, "execute", delivered(number, ZOLPIDEM, at=service.clock.at, days=28), key="second"
    )
    assert told(refused)[:2] == (422, ["DURATION_EXCEEDED", "OVERRIDABLE"])
    assert "prescription limitée à 4 semaines" in sentence_of(refused)


ALLOWED = [{"url": f"{EXTENSION}mention", "valueCode": "CHEVAUCHEMENT"}]


@pytest.mark.parametrize(
    ("is_same", "changes", "status"),
    [
        (True, {}, 422),
        (True, {"extension": ALLOWED}, 201),
        (True, {"note": [{"text": "Chevauchement autorisé : palier de dose"}]}, 201),
        (False, {}, 201),
    ],
)
def test_another_ordonnance_covers_the_patient_already(service, is_same, changes, status):  # MED-16
    patient, more = somebody(), {"dosage": TWO_A_DAY, "days": 28, "boxes": 4}
    first = issued(service, ACTISKENAN, patient=patient, **more)
    body = delivered(first, ACTISKENAN, boxes=4)
    assert service.act(first, "execute", body, key=first.value).status_code == 201
    second = issued(service, ACTISKENAN, patient=patient if is_same else None, **more, **changes)

    answer = service.act(second, "execute", delivered(second, ACTISKENAN, boxes=4), key="second")

    assert answer.status_code == status
    if status == 422:
        assert told(answer)[1] == ["OVERLAP", "OVERRIDABLE"]
        assert "jusqu’au dim. 20 déc. 2026" in sentence_of(answer)


def test_an_execution_taken_back_covers_nobody(service):  # MED-16
    more = {"dosage": TWO_A_DAY, "days": 28, "boxes": 4, "patient": somebody()}
    first = issued(service, ACTISKENAN, **more)
    body = delivered(first, ACTISKENAN, boxes=4)
    assert service.act(first, "execute", body, key=first.value).status_code == 201
    second = issued(service, ACTISKENAN, **more)
    regret = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "execution", "valueString": f"{first}-E1"},
            {"name": "reason", "valueString": "Retour du produit"},
        ],
    }

    undone = service.act(first, "undo", json.dumps(regret).encode(), key="undo")
    answer = service.act(second, "execute", delivered(second, ACTISKENAN, boxes=4), key="second")

    assert (undone.status_code, answer.status_code) == (200, 201)


def test_substitution_within_the_group_asks_nothing(service):  # MED-19
    number = issued(service, AMLOR)

    answer = service.act(number, "execute", delivered(number, AMLODIPINE))

    assert (answer.status_code, warnings_of(answer)) == (201, [])


EXCLUDED = {"allowedBoolean": False, "reason": {"coding": [{"code": "MTE"}]}}


def test_what_is_not_substitutable_is_changed_by_the_prescriber_alone(service):  # MED-19, MED-20
    number = issued(service, AMLOR, substitution=EXCLUDED)
    agreed = [
        {
            "url": f"{EXTENSION}adaptation",
            "extension": [
                {"url": "agreementOn", "valueDate": "2026-11-23"},
                {"url": "text", "valueString": "Accord du Dr Modèle par téléphone"},
            ],
        }
    ]
    undated = [{**agreed[0], "extension": agreed[0]["extension"][1:]}]

    def deliver(**changes):
        return service.act(number, "execute", delivered(number, AMLODIPINE, changes=changes))

    refused, incomplete, accepted = deliver(), deliver(extension=undated), deliver(extension=agreed)

    assert told(refused)[:2] == (422, ["NOT_SUBSTITUTABLE", "OVERRIDABLE"])
    assert told(incomplete)[:2] == (422, ["AGREEMENT_MISSING"])
    assert accepted.status_code == 201


def test_another_group_needs_a_reason(service):  # MED-19
    number = issued(service, AMLOR)
    said = {"wasSubstituted": True, "reason": [{"coding": [{"code": "RUPTURE_ARRETE"}]}]}

    refused = service.act(number, "execute", delivered(number, ADVILMED))
    accepted = service.act(
        number, "execute", delivered(number, ADVILMED, changes={"substitution": said})
    )

    assert told(refused)[:2] == (422, ["SUBSTITUTION_REASON_MISSING"])
    assert accepted.status_code == 201


def test_an_exclusion_without_its_reason_warns_the_prescriber(service):  # MED-19
    answer = service.issue(prescribed(AMLOR, substitution={"allowedBoolean": False})[1])

    assert (answer.status_code, warnings_of(answer)) == (201, ["SUBSTITUTION_REASON_MISSING"])


def test_list_ii_is_renewed_unless_that_was_forbidden(service):  # MED-14
    silent = issued(service, ADVILMED, dosage=None)
    number, body = prescribed(ADVILMED, dosage=None, dispenseRequest={"numberOfRepeatsAllowed": 0})
    assert service.issue(body, key="forbidden").status_code == 201

    answers = [
        service.act(one, "execute", delivered(one, ADVILMED), key=f"{one}-{time}")
        for one in (silent, number)
        for time in (1, 2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 409]
    assert warnings_of(answers[1]) == ["RENEWED_BY_LAW"]
    assert told(answers[3])[1] == ["RIGHTS_EXHAUSTED", "OVERRIDABLE"]


UNKNOWN = {"coding": [{"system": "urn:oid:1.2.250.1.213.2.3.2", "code": "3400930000007"}]}


def test_a_product_that_nobody_knows_is_never_stopped(service):  # MED-22
    number = issued(service, AMLOR, medicationCodeableConcept=UNKNOWN)
    late = NOW + timedelta(days=200)
    service.clock.advance(days=200)

    answer = service.act(
        number,
        "execute",
        delivered(number, AMLOR, at=late, changes={"medicationCodeableConcept": UNKNOWN}),
    )

    assert answer.status_code == 201
    assert set(warnings_of(answer)) == {"PRODUCT_UNKNOWN"}


def test_what_was_really_done_is_recorded_whatever_the_rules_say(service):  # MED-1, TLS-27
    number = issued(service, AMLOR, boxes=3)
    past = NOW - timedelta(hours=2)
    deferred = delivered(number, AMLOR, at=past, boxes=3, deferred="Téléservice injoignable")

    answer = service.act(number, "execute", deferred)

    assert answer.status_code == 201


def test_a_decision_names_the_version_of_the_products_it_used(service):  # REF-3
    number, body = prescribed(AMLOR)

    task = json.loads(service.issue(body).content)

    assert task["extension"] == [
        {"url": f"{EXTENSION}referential", "valueString": "bdpm-2026-01-extract"}
    ]
    assert json.loads(service.read(number).content)["extension"] == task["extension"]


def test_flags_of_a_line_are_shown(service):  # MED-18
    terminology = "https://smt.esante.gouv.fr/fhir/CodeSystem/terminologie-cisis"
    coded = [{"coding": [{"system": terminology, "code": "MED-1097"}]}]

    answer = service.issue(prescribed(AMLOR, category=coded)[1])

    assert line_of(answer)["flag"] == "EXCEPTION"


def test_a_narcotic_for_an_operation_waits_for_it(service):  # MED-15
    on = NOW.date()
    surgery = [
        {
            "url": f"{EXTENSION}surgery",
            "extension": [
                {"url": "operationOn", "valueDate": str(on + timedelta(days=10))},
                {"url": "dischargeOn", "valueDate": str(on + timedelta(days=12))},
            ],
        }
    ]
    more = {"dosage": TWO_A_DAY, "days": 7, "boxes": 1, "extension": surgery}
    number = issued(service, ACTISKENAN, **more)

    refused = service.act(number, "execute", delivered(number, ACTISKENAN))
    service.clock.advance(days=15)
    accepted = service.act(number, "execute", delivered(number, ACTISKENAN, at=service.clock.at))

    assert told(refused)[:2] == (422, ["TOO_EARLY", "OVERRIDABLE"])
    assert "à partir du lun. 30 nov. 2026" in sentence_of(refused)
    assert accepted.status_code == 201


def test_a_bad_surgery_is_told_where_it_stands(service):  # MED-15
    backwards = [
        {
            "url": f"{EXTENSION}surgery",
            "extension": [
                {"url": "operationOn", "valueDate": "2026-12-12"},
                {"url": "dischargeOn", "valueDate": "2026-12-01"},
            ],
        }
    ]

    refused = service.issue(prescribed(ACTISKENAN, dosage=TWO_A_DAY, extension=backwards)[1])

    assert told(refused) == (400, ["ELEMENT_INVALID"], "Bundle.entry[2].resource.extension")
