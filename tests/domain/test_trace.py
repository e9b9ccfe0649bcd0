from datetime import date
import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from builders import NOW
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.trace import FIELDS, read_lines, write_schema
from traces import AM, a_trace

TEXTS = ("trace_id", "editeur", "logiciel", "version_logiciel", "module_on_version", "id_poste",
         "profession", "command", "code_retour", "scor_motif")  # fmt: skip
FREE = ("editeur", "logiciel")


def read(*traces, am=AM):
    lines = "\n".join(json.dumps(trace, ensure_ascii=False) for trace in traces)
    return read_lines(lines, am=am, at=NOW)


def rules_of(*traces, am=AM):
    return [(wrong.line, wrong.rule) for wrong in read(*traces, am=am)[1]]


@st.composite
def identities(draw):
    """An INS with its key, or a prescription number, separated as people and software do."""
    if draw(st.booleans()):
        month = draw(st.dates(date(2020, 1, 1), NOW.date()))
        text = PrescriptionNumber.mint(month, draw(st.integers(0, 2**65 - 1))).value
        text = text if draw(st.booleans()) else text.lower()
    else:
        body = draw(st.sampled_from("12")) + f"{draw(st.integers(0, 10**12 - 1)):012}"
        text = f"{body}{97 - int(body) % 97:02}"
    separator = draw(st.sampled_from(["", " ", "-", ".", " - "]))
    every = draw(st.integers(1, 6))
    return separator.join(text[i : i + every] for i in range(0, len(text), every))


def test_a_trace_in_due_form_is_read():  # PST-1
    [trace], wrong = read(a_trace())

    assert wrong == []
    assert (trace.am, trace.operation, trace.command) == (AM, "execute", "cle-1")
    assert trace.on.isoformat() == "2026-11-23"


def test_the_example_follows_the_schema_that_is_published():  # PST-1
    schema = write_schema()

    assert list(schema["properties"]) == list(a_trace())
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {field.name for field in FIELDS if field.is_required}
    assert schema["properties"]["resultat"]["enum"] == [
        "OK", "REFUS_METIER", "ERREUR_TECHNIQUE", "TIMEOUT", "ABANDON_UTILISATEUR"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"patient": "Dupont"}, "FIELD_UNKNOWN"),
        ({"numero_epu_hash": "ab12"}, "FIELD_UNKNOWN"),
        ({"trace_id": None}, "FIELD_MISSING"),
        ({"schema": 2}, "FIELD_INVALID"),
        ({"schema": True}, "FIELD_INVALID"),
        ({"duree_ms": -1}, "FIELD_INVALID"),
        ({"duree_ms": 1.5}, "FIELD_INVALID"),
        ({"horodatage_utc": "2026-11-23T09:00:00+01:00"}, "FIELD_INVALID"),
        ({"horodatage_utc": "2026-02-30T09:00:00Z"}, "FIELD_INVALID"),
        ({"operation": "issue"}, "FIELD_INVALID"),
        ({"resultat": "ok"}, "FIELD_INVALID"),
        ({"command": "é"}, "FIELD_INVALID"),
        ({"execution_id": "012J7K3M9QW2XR5TVW-E1"}, "FIELD_INVALID"),
        ({"scor_motif": "Mme Dupont"}, "FIELD_INVALID"),
        ({"editeur": " "}, "FIELD_INVALID"),
        ({"editeur": "\ud800"}, "FIELD_INVALID"),
        ({"http_status": 99}, "FIELD_INVALID"),
        ({"nb_lignes_par_issue": {"délivrée": 1}}, "FIELD_INVALID"),
        ({"nb_lignes_par_issue": [1]}, "FIELD_INVALID"),
        ({"n_am": "332000029"}, "AM_MISMATCH"),
    ],
)
def test_what_is_no_trace_is_refused_with_its_line_and_rule(said, rule):  # PST-1, PST-3
    assert rules_of(a_trace("ok"), {**a_trace("wrong"), **said}) == [(2, rule)]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("{", "NOT_JSON"),
        ("[]", "NOT_JSON"),
        ("[" * 5000, "NOT_JSON"),
        ('{"schema": 1, "schema": 1}', "NOT_JSON"),
        ('{"schema": NaN}', "NOT_JSON"),
        (" " * 8192 + "{}", "LINE_TOO_LONG"),
    ],
)
def test_a_line_that_is_no_object_is_refused(line, rule):  # PST-3
    traces, [wrong] = read_lines(f"\n{line}\n", am=AM, at=NOW)

    assert (traces, wrong.line, wrong.rule) == ([], 2, rule)
    assert not set(wrong.sentence) & {"{", "["}


@given(identity=identities(), before=st.text("Aa .é-", max_size=8), field=st.sampled_from(FREE))
def test_a_number_or_an_ins_anywhere_in_words_is_refused(identity, before, field):  # PST-2
    assert rules_of(a_trace(**{field: f"{before}{identity}z"})) == [(1, "HEALTH_DATA")]


@given(identity=identities(), field=st.sampled_from(TEXTS))
def test_no_field_lets_a_number_or_an_ins_through(identity, field):  # PST-2
    [(line, rule)] = rules_of(a_trace(**{field: f"x{identity}"}))

    assert (line, rule in ("HEALTH_DATA", "FIELD_INVALID")) == (1, True)


@given(identity=identities())
def test_an_ins_in_the_name_of_a_count_is_refused(identity):  # PST-2
    assert len(rules_of(a_trace(nb_lignes_par_issue={f"A{identity}": 1}))) == 1


@given(st.uuids(), st.datetimes(min_value=NOW.replace(tzinfo=None, year=2021)))
def test_a_uuid_and_an_instant_are_never_taken_for_a_patient(uuid, instant):  # PST-2
    if instant.year < 2100:
        said = {"command": str(uuid), "trace_id": uuid.hex, "id_poste": str(uuid)}
        stamp = f"{instant.isoformat(timespec='microseconds')}Z"
        assert rules_of(a_trace(horodatage_utc=stamp, **said)) == []


def test_full_width_digits_do_not_hide_an_ins():  # PST-2
    assert rules_of(
        a_trace(editeur="".join(chr(0xFEE0 + ord(digit)) for digit in "279035121518989"))
    ) == [(1, "HEALTH_DATA")]


def test_a_sentence_never_repeats_what_was_sent():  # PST-2
    _, [wrong] = read(a_trace(logiciel="279035121518989"))

    assert "279035121518989" not in wrong.sentence + repr(wrong)


@pytest.mark.parametrize(
    ("code", "status", "result", "is_business"),
    [
        ("RIGHTS_EXHAUSTED", 409, "REFUS_METIER", True),
        ("TOO_EARLY", 422, "REFUS_METIER", True),
        ("IDEMPOTENCY_KEY_REUSED", 422, "REFUS_METIER", False),
        ("CIP_INVALID", 422, "REFUS_METIER", False),
        ("ELEMENT_INVALID", 400, "REFUS_METIER", False),
        ("RIGHTS_EXHAUSTED", 500, "REFUS_METIER", False),
        ("RIGHTS_EXHAUSTED", 409, "TIMEOUT", False),
        (None, None, "REFUS_METIER", False),
    ],
)
def test_what_the_prescription_causes_is_no_fault_of_the_software(  # PST-5
    code, status, result, is_business
):
    [trace], _ = read(a_trace(code_retour=code, http_status=status, resultat=result))

    assert trace.is_business_refusal is is_business
