"""Reasons to say no: the codes of the contract, and sentences that a professional can act on."""

import re

import pytest

from ordonnance.domain.reason import Nature
from ordonnance.domain.refusal import ALL_REASONS, Reasons, Refusal

# TLS-34, status by status.
CODES = {
    Nature.MALFORMED: """BODY_MALFORMED ELEMENT_MISSING ELEMENT_INVALID NUMBER_MALFORMED
        IDEMPOTENCY_KEY_MISSING""",
    Nature.UNAUTHENTICATED: "TOKEN_MISSING TOKEN_INVALID TOKEN_EXPIRED",
    Nature.FORBIDDEN: """ROLE_NOT_ALLOWED KIND_NOT_ALLOWED NOT_THE_PRESCRIBER NOT_THE_EXECUTOR
        NOT_THE_PATIENT SOFTWARE_NOT_APPROVED SOFTWARE_IN_PRESERIE""",
    Nature.UNKNOWN: "NUMBER_UNKNOWN EXECUTION_UNKNOWN PRODUCT_UNKNOWN",
    Nature.CONFLICT: """NUMBER_TAKEN CANCELLED REPLACED EXPIRED RIGHTS_EXHAUSTED
        RESERVED_ELSEWHERE EXECUTION_STARTED ALREADY_UNDONE PATIENT_MISMATCH""",
    Nature.TOO_LARGE: "BODY_TOO_LARGE",
    Nature.MEDIA_TYPE: "MEDIA_TYPE_UNSUPPORTED",
    Nature.NOT_ACCEPTABLE: "NOT_ACCEPTABLE",
    Nature.RULE: """NUMBER_MONTH_INVALID KIND_EXCLUDED INS_INVALID RPPS_INVALID FINESS_INVALID
        CIP_INVALID LINE_UNKNOWN QUANTITY_INVALID TOO_EARLY TOO_LATE DURATION_EXCEEDED OVERLAP
        QUANTITY_IN_WORDS_MISSING NAMED_PHARMACY_MISSING NOT_THE_NAMED_PHARMACY
        DURATION_OR_QUANTITY_MISSING NOT_SUBSTITUTABLE SUBSTITUTION_REASON_MISSING
        AGREEMENT_MISSING REASON_MISSING DATE_IN_FUTURE DEFERRED_REASON_MISSING EXTENSION_UNKNOWN
        IDEMPOTENCY_KEY_REUSED OBJECTION_TOO_LATE""",
    Nature.TOO_MANY: "TOO_MANY_REQUESTS",
    Nature.BUSY: "BUSY",
}
BY_NAME = {name: value for name, value in vars(Reasons).items() if name.isupper()}
WORDS = {
    "problem": "ce qui manque",
    "allowed": "prescripteur",
    "when": "le lun. 23 nov. 2026",
    "line": "2",
    "remaining": "1 boîte",
    "asked": "3 boîtes",
    "limit": "un traitement dure douze mois au plus",
    "until": "jusqu’au lun. 23 nov. 2026",
    "successor": "012J0000000000005Z",
}

of_each_reason = pytest.mark.parametrize("reason", ALL_REASONS, ids=lambda reason: reason.code)


@pytest.mark.parametrize("nature", CODES)
def test_the_reasons_of_each_nature_are_those_of_the_contract(nature):
    known = {reason.code for reason in ALL_REASONS if reason.nature is nature}

    assert known == set(CODES[nature].split())


def test_every_nature_is_in_the_contract():
    assert set(CODES) == set(Nature)


def test_a_reason_is_named_by_its_code():
    assert {name: reason.code for name, reason in BY_NAME.items()} == {
        name: name for name in BY_NAME
    }
    assert len(BY_NAME) == len(ALL_REASONS)


def test_the_professional_may_set_aside_these_reasons_and_no_other():  # TLS-26
    assert {reason.code for reason in ALL_REASONS if reason.overridable} == {
        "RIGHTS_EXHAUSTED",
        "EXPIRED",
        "TOO_EARLY",
        "TOO_LATE",
        "DURATION_EXCEEDED",
        "OVERLAP",
        "NOT_THE_NAMED_PHARMACY",
        "NOT_SUBSTITUTABLE",
        "RESERVED_ELSEWHERE",
    }


@of_each_reason
def test_a_sentence_is_whole_once_filled_in(reason):
    sentence = Refusal(reason, **WORDS).sentence

    assert not re.search(r"[{}]", sentence)
    assert sentence[0].isupper()
    assert sentence.endswith(".")


@of_each_reason
def test_a_sentence_is_typeset_in_french(reason):
    sentence = Refusal(reason, **WORDS).sentence.replace("Accept: ", "").replace("-Type: ", "")

    assert not re.search(r"[\"']|\.\.\.", sentence), "French has ’, « » and …"
    assert not re.search(r"\S[:;!?»]", sentence), "a space stands before these"
    assert not re.search(r"\s[.,]|\s\s", sentence)


@of_each_reason
def test_a_sentence_says_no_code(reason):
    assert not re.search(r"\b[A-Z]+_[A-Z_]+\b", reason.sentence)
    assert not re.search(r"\b[1-5]\d\d\b", reason.sentence)


@of_each_reason
def test_a_sentence_that_may_be_set_aside_says_how(reason):  # TLS-26
    says_how = "quand même" in reason.sentence and "le motif" in reason.sentence

    assert says_how is reason.overridable


@pytest.mark.parametrize(
    ("reason", "words", "sentence"),
    [
        (
            Reasons.RIGHTS_EXHAUSTED,
            {"line": "2", "remaining": "0 boîte", "asked": "1,5 boîte"},
            (
                "Ligne 2 : il reste 0 boîte, vous en délivrez 1,5 boîte. "
                "Rien n’a été enregistré. Délivrer quand même : indiquez le motif."
            ),
        ),
        (
            Reasons.CANCELLED,
            {"when": "le lun. 23 nov. 2026"},
            (
                "Cette ordonnance a été annulée par son prescripteur le lun. 23 nov. 2026. "
                "Rien n’a été enregistré. Appelez le prescripteur."
            ),
        ),
        (
            Reasons.REASON_MISSING,
            {"problem": "pourquoi l’ordonnance est annulée"},
            "Indiquez le motif : pourquoi l’ordonnance est annulée.",
        ),
        (
            Reasons.NOT_THE_PATIENT,
            {},
            "Cette ordonnance n’est pas à votre nom.",
        ),
    ],
)
def test_a_refusal_fills_its_sentence_with_its_words(reason, words, sentence):
    assert Refusal(reason, **words).sentence == sentence


def test_a_refusal_written_to_a_log_says_its_code_and_its_place_only():
    refusal = Refusal(Reasons.CANCELLED, "Bundle.entry[0].resource", when="le lun. 23 nov. 2026")

    assert str(refusal) == "CANCELLED at Bundle.entry[0].resource"
    assert refusal.where == "Bundle.entry[0].resource"
    assert str(Refusal(Reasons.BUSY)) == "BUSY"
    assert Refusal(Reasons.BUSY).where is None
