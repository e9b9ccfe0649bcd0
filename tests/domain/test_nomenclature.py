"""Codes of the nomenclatures: how they are written, found and searched."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.line import Kind
from ordonnance.domain.nomenclature import (
    NOTHING_LISTED,
    SAMPLE,
    Item,
    Match,
    Nomenclature,
    System,
    spell,
)
from ordonnance.domain.product import NOTHING_KNOWN, Referential

TODAY = date(2026, 11, 23)


def item(system, code, label, kind, **more):
    return Item(system=system, code=code, label=label, kind=kind, **more)


HEMOGRAM = item(System.NABM, "1104", "Hémogramme (NFS)", Kind.BIOLOGY)
GLUCOSE = item(System.NABM, "0552", "Glucose (glycémie)", Kind.BIOLOGY)
OLD = item(
    System.LPP, "1000001", "Bas de contention, classe 1", Kind.DEVICE, ends_on=date(2026, 11, 22)
)
STOCKINGS = item(System.LPP, "1000002", "Bas de contention, classe 2", Kind.DEVICE)
LETTER = item(System.NGAP, "AMI", "Acte médico-infirmier", Kind.NURSING)
BLOOD = item(System.NGAP, "AMI 1,5", "Prélèvement par ponction veineuse", Kind.NURSING)
EXERCISES = item(System.NGAP, "AMK 8", "Rééducation d’un membre", Kind.PHYSIOTHERAPY)
ITEMS = (HEMOGRAM, GLUCOSE, OLD, STOCKINGS, LETTER, BLOOD, EXERCISES)
KNOWN = Nomenclature.of(ITEMS, versions={System.LPP: "lpp901-2026", System.NABM: SAMPLE})


def search(text, limit=10):
    return [(one.item.code, one.match) for one in KNOWN.search(text, on=TODAY, limit=limit)]


# How a code is written


@pytest.mark.parametrize(
    ("system", "typed", "written"),
    [
        (System.LPP, "1215702", "1215702"),
        (System.LPP, " 1215702 ", "1215702"),
        (System.LPP, "121570", None),
        (System.LPP, "12157O2", None),
        (System.NABM, "0552", "0552"),
        (System.NABM, "552", None),
        (System.NABM, "٠٥٥٢", None),
        (System.NGAP, "AMI", "AMI"),
        (System.NGAP, "AMI 1", "AMI 1"),
        (System.NGAP, "ami1.5", "AMI 1,5"),
        (System.NGAP, "AMI 1,50", "AMI 1,5"),
        (System.NGAP, "AMO 40", "AMO 40"),
        (System.NGAP, "AMI  1", None),
        (System.NGAP, "AMI -1", None),
        (System.NGAP, "1104", None),
        (System.NGAP, "", None),
    ],
)
def test_a_code_is_written_as_its_nomenclature_writes_it(system, typed, written):  # REF-20
    assert spell(system, typed) == written


@given(
    st.one_of(
        st.tuples(st.just(System.LPP), st.from_regex(r"[0-9]{7}", fullmatch=True)),
        st.tuples(st.just(System.NABM), st.from_regex(r"[0-9]{4}", fullmatch=True)),
        st.tuples(
            st.just(System.NGAP),
            st.from_regex(r"[A-Z]{2,4}( ([1-9][0-9]?)(,[1-9])?)?", fullmatch=True),
        ),
    )
)
def test_every_code_round_trips(coded):  # REF-20, REF-24
    system, code = coded
    known = Nomenclature.of([item(system, code, "x", Kind.DEVICE)], versions={})

    assert spell(system, code) == code
    assert known.find(system, code).code == code
    assert known.search(code, on=TODAY, limit=1)[0].item.code == code


@given(st.text(max_size=300))
def test_whatever_is_typed_is_answered(text):  # REF-24
    assert len(KNOWN.search(text, on=TODAY, limit=5)) <= 5
    for system in System:
        KNOWN.find(system, text)


# Found by code


def test_a_code_is_found_in_its_nomenclature_alone():  # REF-24
    assert KNOWN.find(System.NABM, "0552") is GLUCOSE
    assert KNOWN.find(System.NABM, "9999") is None
    assert KNOWN.find(System.LPP, "0552") is None


def test_a_cotation_that_is_unknown_gives_its_key_letter():  # REF-24
    assert KNOWN.find(System.NGAP, "ami 1.5") is BLOOD
    assert KNOWN.find(System.NGAP, "AMI 3,5") is LETTER
    assert KNOWN.find(System.NGAP, "AMO 34") is None


@pytest.mark.parametrize(
    ("kind", "code", "found"),
    [
        (Kind.DEVICE, "1000002", STOCKINGS),
        (Kind.BIOLOGY, "1104", HEMOGRAM),
        (Kind.NURSING, "AMI 1,5", BLOOD),
        (Kind.PHYSIOTHERAPY, "AMK8", EXERCISES),
        (Kind.SPEECH_THERAPY, "AMO 34", None),
        (Kind.MEDICINE, "1104", None),
        (Kind.DEVICE, "1104", None),
    ],
)
def test_a_line_finds_its_code_by_its_kind(kind, code, found):  # REF-24
    referential = Referential(version="v", by_cip13={}, by_cis={}, nomenclature=KNOWN)

    assert referential.find_code(kind, code) is found


def test_an_act_of_another_profession_is_found_and_says_whose_it_is():  # REF-24
    assert KNOWN.find_for(Kind.NURSING, "AMK 8").kind is Kind.PHYSIOTHERAPY


def test_nothing_is_known_before_anything_is_loaded():  # REF-24
    assert NOTHING_LISTED.find_for(Kind.DEVICE, "1000002") is None
    assert NOTHING_LISTED.search("bas", on=TODAY, limit=5) == ()
    assert NOTHING_KNOWN.nomenclature is NOTHING_LISTED


def test_of_a_code_given_twice_the_first_counts():  # REF-20
    other = item(System.NABM, "1104", "Autre", Kind.BIOLOGY)

    assert Nomenclature.of([HEMOGRAM, other], versions={}).find(System.NABM, "1104") is HEMOGRAM


def test_a_sample_says_that_it_is_one():  # REF-21
    assert [KNOWN.is_sample(system) for system in System] == [False, True, True]


def test_a_code_is_over_after_its_last_day():  # REF-20
    assert OLD.is_over(date(2026, 11, 23))
    assert not OLD.is_over(date(2026, 11, 22))
    assert not STOCKINGS.is_over(date(2999, 1, 1))


# Found by words


def test_words_find_labels_whatever_their_accents():  # REF-24
    assert search("hemogramme") == [("1104", Match.NAME)]
    assert search("GLYCÉMIE") == [("0552", Match.NAME)]
    assert search("membre reeducation") == [("AMK 8", Match.NAME)]


def test_what_is_over_comes_last():  # REF-24
    assert search("bas de contention") == [("1000002", Match.NAME), ("1000001", Match.NAME)]


def test_a_typing_error_is_forgiven_and_said():  # REF-24
    assert search("hemograme") == [("1104", Match.MISTYPED)]


def test_a_code_typed_comes_alone():  # REF-24
    assert search("1104") == [("1104", Match.CODE)]
    assert search("ami1.5") == [("AMI 1,5", Match.CODE)]


def test_a_key_letter_comes_before_its_acts():  # REF-24
    assert search("ami") == [("AMI", Match.CODE), ("AMI 1,5", Match.NAME)]


def test_limit_bounds_what_is_found():  # REF-24
    assert search("bas", limit=1) == [("1000002", Match.NAME)]
    assert search("bas", limit=0) == []
