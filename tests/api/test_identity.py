"""Abortions under anonymity, and an INS corrected or replaced after the issue, over HTTP."""

from dataclasses import replace
from itertools import count

import pytest

from api.papers import cancelling, delivery, ordonnance
from api.services import THE_PATIENT, code_of, sentence_of
from builders import NOW, OTHER_PATIENT, PATIENT, a_number
from objections import a_consent, consenting, identifying, objecting
from ordonnance.domain.identifiers import INS, INSAuthority
from ordonnance.simulation.papers import Delivered, Ordered, Taken, write_execution
from ordonnance.simulation.population import ANNE, DOCTOR, MARC, PHARMACIST
from ordonnance.store.product import read_extract

CAISSE, OPERATOR = {"role": "cpam"}, {"role": "operator"}
OTHER_DOCTOR = {"role": "prescriber", "profession": "G15_10", "rpps": "10104335319"}
ANONYMOUS = a_consent("ivg-anonymat")
ACTISKENAN = read_extract().by_cip13["3400934990007"]  # a narcotic; 14 capsules a pack
MORPHINE = Ordered(
    product=ACTISKENAN,
    posology="1 gélule 2 fois par jour",
    taken=Taken(amount=1, unit="gélule", times_a_day=2),
    boxes=4,
    days=28,
)
_keys, _born = count(1), count(1)


def somebody():
    """A patient whom no other test knows: treatments that may not overlap would meet."""
    body = f"1840621004{next(_born):03}"
    ins = INS(f"{body}{97 - int(body) % 97:02}", INSAuthority.TEST)
    return replace(ANNE, ins=ins)


def prescribe_morphine(service, patient, *consents):
    """The number of a narcotic for four weeks, just issued to *patient*."""
    number = a_number()
    body = consenting(ordonnance(number, MORPHINE, patient=patient), *consents)
    assert service.issue(body).status_code == 201
    return number


def deliver_morphine(service, number):
    """The answer to the delivery of four weeks of it."""
    body = write_execution(number, [Delivered(product=ACTISKENAN, boxes=4)], at=NOW)
    return service.act(number, "execute", body)


def given(service, *consents):
    """The number of a prescription just issued to Anne."""
    number = a_number()
    assert service.issue(consenting(ordonnance(number), *consents)).status_code == 201
    return number


def change(service, number, ins, cause="CORRECTION", *, claims=DOCTOR.claims, **more):
    """The answer to ``$identify``, under a key of its own."""
    key = f"identify-{next(_keys)}"
    body = identifying(ins, cause, **more)
    return service.act(number, "identify", body, claims=claims, key=key)


def reads(service, number, patient):
    """What a patient's token is answered."""
    return code_of(service.read(number, claims={"role": "patient", "ins": patient.value}))


def rows_of(service, number):
    """The keys by which a prescription is found from its patient."""
    columns = "count(*), max(patient_key), min(patient_key) FROM patient_index WHERE number = ?"
    return service.ask(columns, number.value)


# Anonymity


def test_an_anonymous_one_is_seen_by_its_prescriber_and_those_who_execute(service):  # TLS-57
    number = given(service, ANONYMOUS)

    executed = service.act(number, "execute", delivery(number))
    answers = [
        service.read(number, claims=claims, whole=whole)
        for claims in (DOCTOR.claims, PHARMACIST.claims)
        for whole in (False, True)
    ]

    assert executed.status_code == 201
    assert {answer.status_code for answer in answers} == {200}
    for answer in (executed, answers[0], answers[2]):
        assert "for" not in answer.json
        assert ANNE.ins.value not in answer.text


@pytest.mark.parametrize("claims", [OTHER_DOCTOR, THE_PATIENT, CAISSE, OPERATOR, {"role": "cnam"}])
def test_to_anybody_else_its_number_designates_nothing(service, claims):  # TLS-57
    number, unknown = given(service, ANONYMOUS), a_number()

    def ask(asked):
        yield service.read(asked, claims=claims, Reason="Suivi")
        yield service.read(asked, claims=claims, whole=True)
        yield service.act(asked, "object", objecting(), claims=claims)
        yield service.act(asked, "identify", identifying(MARC.ins), claims=claims)
        yield service.act(asked, "cancel", cancelling(), claims=claims)

    for anonymous, nothing in zip(ask(number), ask(unknown), strict=True):
        assert code_of(anonymous) == "NUMBER_UNKNOWN"
        assert (anonymous.content, anonymous.headers) == (nothing.content, nothing.headers)


def test_an_anonymous_one_is_filed_under_nobody(service):  # TLS-57
    number, known = given(service, ANONYMOUS), given(service)

    assert rows_of(service, number) == (1, "", "")
    assert rows_of(service, known) == (1, ANNE.ins.value, ANNE.ins.value)
    assert change(service, number, MARC.ins).status_code == 200
    assert rows_of(service, number) == (1, "", "")
    service.act(number, "execute", delivery(number))
    service.read(number, whole=True)
    columns = "count(*) FROM journal_entry WHERE number = ?"
    assert service.ask(columns, number.value) == (4,)
    found = "document FROM journal_entry WHERE number = ? ORDER BY at, rank LIMIT 1 OFFSET "
    entries = [bytes(service.ask(f"{found}{place}", number.value)[0]) for place in range(4)]
    assert not [entry for entry in entries if ANNE.ins.value.encode() in entry]
    assert not [entry for entry in entries if MARC.ins.value.encode() in entry]


@pytest.mark.parametrize("which", [None, "first", "second"])
def test_an_anonymous_one_overlaps_no_other(service, which):  # TLS-57, MED-16
    patient = somebody()
    first, second = (
        prescribe_morphine(service, patient, *([ANONYMOUS] if name == which else []))
        for name in ("first", "second")
    )
    assert deliver_morphine(service, first).status_code == 201

    again = deliver_morphine(service, second)

    assert code_of(again) == ("OVERLAP" if which is None else "done")


# Identity


@pytest.mark.parametrize("claims", [DOCTOR.claims, CAISSE, OPERATOR])
def test_an_ins_of_somebody_else_is_corrected(service, claims):  # TLS-58
    number = given(service)

    corrected = change(service, number, MARC.ins, claims=claims)

    seen = service.read(number)
    assert corrected.status_code == 200
    for task in (corrected.json, seen.json):
        assert task["for"]["identifier"]["value"] == MARC.ins.value
        [mark] = [one for one in task["extension"] if one["url"].endswith("/identified")]
        assert mark["extension"][1] == {"url": "cause", "valueCode": "CORRECTION"}
    assert ("input" in corrected.json) is (claims != OPERATOR)
    assert ANNE.ins.value not in corrected.text
    assert reads(service, number, MARC.ins) == "done"
    assert reads(service, number, ANNE.ins) == "NOT_THE_PATIENT"
    assert rows_of(service, number)[0] == 2


def test_a_number_that_was_replaced_still_is_the_patient_s(service):  # TLS-58
    number = given(service)

    change(service, number, MARC.ins, "FUSION")

    assert reads(service, number, MARC.ins) == reads(service, number, ANNE.ins) == "done"
    assert service.read(number).json["for"]["identifier"]["value"] == MARC.ins.value


def test_an_ins_goes_back_to_what_it_was(service):  # TLS-58
    number = given(service)

    answers = [change(service, number, ins) for ins in (MARC.ins, ANNE.ins, MARC.ins, ANNE.ins)]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert rows_of(service, number)[0] == 2, "one row an INS, however often it changes"
    assert reads(service, number, ANNE.ins) == "done"
    assert reads(service, number, MARC.ins) == "NOT_THE_PATIENT"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        (OTHER_DOCTOR, "NOT_THE_PRESCRIBER"),
        (PHARMACIST.claims, "ROLE_NOT_ALLOWED"),
        (THE_PATIENT, "ROLE_NOT_ALLOWED"),
        ({"role": "vendor"}, "ROLE_NOT_ALLOWED"),
    ],
)
def test_nobody_else_changes_an_ins(service, claims, code):  # TLS-58
    number = given(service)

    assert code_of(change(service, number, MARC.ins, claims=claims)) == code


def test_an_ins_is_not_changed_for_itself_nor_without_a_reason(service):  # TLS-58
    number = given(service)

    same = change(service, number, ANNE.ins)

    assert (same.status_code, code_of(same)) == (400, "ELEMENT_INVALID")
    assert "déjà cet INS" in sentence_of(same)
    assert ANNE.ins.value not in same.text
    assert code_of(change(service, number, MARC.ins, reason=None)) == "REASON_MISSING"


@pytest.mark.parametrize(
    ("cause", "is_former", "code"),
    [
        # The first was delivered to the patient under their former number or their present one.
        ("FUSION", True, "OVERLAP"),
        ("FUSION", False, "OVERLAP"),
        ("CORRECTION", True, "done"),
        ("CORRECTION", False, "OVERLAP"),
    ],
)
@pytest.mark.parametrize("is_second", [False, True])
def test_an_overlap_is_looked_for_under_every_ins_of_the_patient(  # TLS-58, MED-16
    service, cause, is_former, code, is_second
):
    former, present = somebody(), somebody()
    changed = prescribe_morphine(service, former)
    other = prescribe_morphine(service, former if is_former else present)
    assert change(service, changed, present.ins, cause).status_code == 200
    first, second = (other, changed) if is_second else (changed, other)
    assert deliver_morphine(service, first).status_code == 201

    again = deliver_morphine(service, second)

    assert code_of(again) == code


def test_the_journal_tells_who_changed_an_ins_and_the_fact_which(service):  # TLS-58, TLS-14
    number = given(service)
    change(service, number, OTHER_PATIENT, claims=CAISSE)

    [document] = service.ask("document FROM fact WHERE number = ? AND rank = 1", number.value)
    [entry] = service.ask(
        "document FROM journal_entry WHERE number = ? ORDER BY at DESC, rank DESC LIMIT 1",
        number.value,
    )

    assert PATIENT.value.encode() in bytes(document)
    assert OTHER_PATIENT.value.encode() in bytes(document)
    assert b'"identify"' in bytes(entry)
    assert b'"cpam"' in bytes(entry)
    assert PATIENT.value.encode() not in bytes(entry)
