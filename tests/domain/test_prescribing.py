"""What a prescriber is warned of, or refused, as a prescription is issued."""

from dataclasses import replace
from decimal import Decimal

import pytest

from builders import a_line, a_number, a_prescription
from domain.medicines import IN_WORDS, UNKNOWN, a_line_of, a_medicine, at, knowing
from ordonnance.domain.fact import Caveat, CaveatCode
from ordonnance.domain.line import Exclusion, Intake
from ordonnance.domain.prescribing import check_prescribed
from ordonnance.domain.product import NOTHING_KNOWN
from ordonnance.domain.refusal import Refusal

LIST_I = a_medicine("liste I")
LIST_II = a_medicine("liste II")
UNLISTED = a_medicine()
FOUR_WEEKS = a_medicine("liste I", "prescription limitée à 4 semaines")
SIX_MONTHS = a_medicine("liste I", "prescription limitée à 6 mois")
NARCOTIC = a_medicine("stupéfiants", "prescription limitée à 28 jours", holds=28)
SECURED = a_medicine("liste I", IN_WORDS)
ISOTRETINOIN = a_medicine(
    *("liste I", "prescription limitée à 1 mois"),
    "pour les femmes en âge de procréer : voir programme de prévention de la grossesse",
)
SUBUTEX = a_medicine(
    *("liste I", IN_WORDS, "délivrance fractionnée de 7 jours"),
    substance="BUPRÉNORPHINE (CHLORHYDRATE DE)",
)
FOR_PAIN = a_medicine("liste I", IN_WORDS, substance="BUPRÉNORPHINE")
METHADONE = a_medicine(
    "stupéfiants", "délivrance effectuée par un CSAPA", substance="MÉTHADONE (CHLORHYDRATE DE)"
)
METHADONE_FOR_PAIN = a_medicine("stupéfiants", substance="MÉTHADONE (CHLORHYDRATE DE)")
PRODUCTS = [value for value in list(globals().values()) if type(value) is type(LIST_I)]
KNOWN = knowing(*(product for product in PRODUCTS if product is not UNKNOWN)).referential


def warnings_of(*lines, referential=KNOWN, written="2026-02-01"):
    """What the prescriber of *lines* is warned of."""
    number = a_number(at=at(written))
    prescription = a_prescription(number, *lines, authored_at=at(written))
    return check_prescribed(prescription, referential)


def codes_of(*lines, **more):
    return [caveat.code.value for caveat in warnings_of(*lines, **more)]


# How long


@pytest.mark.parametrize(
    ("product", "more", "is_warned"),
    [
        (LIST_I, {"boxes": None, "days": 365}, False),
        (LIST_I, {"boxes": None, "days": 366}, True),
        (LIST_I, {"repeats": 11}, False),
        (LIST_I, {"repeats": 12}, True),  # 13 packs of 30 days
        (LIST_I, {"boxes": 13}, True),
        (LIST_I, {"fill_days": 30, "repeats": 12, "intake": None}, True),
        (LIST_I, {"repeats": 99, "intake": None}, False),  # nobody knows how long they last
        (LIST_I, {"boxes": None, "days": 30, "repeats": 12}, True),
        (FOUR_WEEKS, {"days": 28}, False),  # a pack of 30 outlives it: it cannot be split
        (FOUR_WEEKS, {"days": 29}, True),
        (FOUR_WEEKS, {}, True),
        (FOUR_WEEKS, {"days": 14, "repeats": 1}, True),
        (FOUR_WEEKS, {"boxes": None, "days": 14, "repeats": 1}, False),
        (FOUR_WEEKS, {"boxes": None, "days": 15, "repeats": 1}, True),
        (FOUR_WEEKS, {"boxes": None, "days": 365, "is_open": True}, False),
        (SIX_MONTHS, {"days": 181}, False),
        (SIX_MONTHS, {"days": 182}, True),
        (NARCOTIC, {"days": 28}, False),
        (NARCOTIC, {"days": 29}, True),
        (ISOTRETINOIN, {"days": 60}, True),  # it may be a patient of the programme
        (UNLISTED, {"boxes": None, "days": 1000}, False),
        (UNKNOWN, {"boxes": None, "days": 1000}, False),
    ],
)
def test_a_treatment_longer_than_allowed_warns(product, more, is_warned):  # MED-13, MED-22
    assert ("DURATION_EXCEEDED" in codes_of(a_line_of(product, **more))) == is_warned


def test_the_text_of_the_limit_is_said():  # MED-13
    assert warnings_of(a_line_of(FOUR_WEEKS, days=60)) == (
        Caveat(CaveatCode.DURATION_EXCEEDED, 1, "prescription limitée à 4 semaines"),
    )


def test_a_day_based_line_without_a_known_end_is_told_open():  # MED-13, TLS-19
    line = a_line_of(LIST_I, boxes=None, days=365, is_open=True)

    assert codes_of(line) == ["DURATION_OPEN"]


def test_a_line_of_neither_days_nor_packs_is_not_counted():  # MED-13
    assert codes_of(a_line_of(LIST_I, boxes=None)) == []


# Full words


@pytest.mark.parametrize(
    ("product", "is_said", "is_refused"),
    [
        (NARCOTIC, False, True),
        (SECURED, False, True),
        (NARCOTIC, True, False),
        (LIST_I, False, False),
        (UNKNOWN, False, False),
    ],
)
def test_full_words_need_a_dose(product, is_said, is_refused):  # POS-9, MED-22
    line = a_line_of(product, rank=2, is_dose_said=is_said, days=28)

    refused = refusal_of(a_line(), line)

    assert (refused is not None) == is_refused
    if refused is not None:
        assert refused.reason.code == "QUANTITY_IN_WORDS_MISSING"
        assert refused.where == (
            "Bundle.entry.resource.ofType(MedicationRequest)[1].dosageInstruction"
        )
        assert refused.sentence.startswith("Ligne 2 :")


def refusal_of(*lines):
    """The refusal that *lines* meet; None: they meet none."""
    try:
        warnings_of(*lines)
    except Refusal as refusal:
        return refusal
    return None


# The pharmacy


@pytest.mark.parametrize(
    ("product", "pharmacy", "is_refused"),
    [
        (SUBUTEX, None, True),
        (METHADONE, None, True),
        (SUBUTEX, "332000011", False),
        (SUBUTEX, "", False),  # named otherwise than by its numéro AM
        (FOR_PAIN, None, False),
        (METHADONE_FOR_PAIN, None, False),
        (NARCOTIC, None, False),
        (UNKNOWN, None, False),
    ],
)
def test_an_opioid_substitute_names_its_pharmacy(product, pharmacy, is_refused):  # MED-17
    refused = refusal_of(a_line_of(product, days=28, pharmacy=pharmacy))

    assert (refused is not None) == is_refused
    if refused is not None:
        assert refused.reason.code == "NAMED_PHARMACY_MISSING"
        assert refused.where == (
            "Bundle.entry.resource.ofType(MedicationRequest)[0].dispenseRequest.performer"
        )


# Who prescribes


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        (("prescription hospitalière",), "prescription hospitalière"),
        (
            ("prescription initiale hospitalière annuelle", "renouvellement non restreint"),
            "prescription initiale hospitalière annuelle",
        ),
        (
            (
                "prescription réservée aux spécialistes et services NEUROLOGIE",
                "prescription initiale hospitalière",
                "prescription réservée aux spécialistes et services NEUROLOGIE",
            ),
            (
                "prescription réservée aux spécialistes et services NEUROLOGIE ; "
                "prescription initiale hospitalière"
            ),
        ),
        (("réservé à l'usage HOSPITALIER",), "réservé à l’usage hospitalier"),
        (
            (
                "délivrance réservée aux pharmacies à usage intérieur",
                "délivrance effectuée par une pharmacie de ville",
            ),
            None,
        ),
        (("liste I",), None),
        ((), None),
    ],
)
def test_reserved_prescribers_are_a_warning(conditions, words):  # MED-21
    product = a_medicine(*conditions)
    line = a_line_of(product)

    found = warnings_of(line, referential=knowing(product).referential)

    expected = () if words is None else (Caveat(CaveatCode.PRESCRIBER_RESERVED, 1, words),)
    assert found == expected


# Unknown products, and the exclusion of substitution


@pytest.mark.parametrize(
    ("product", "referential", "codes"),
    [
        (UNKNOWN.cip13.value, KNOWN, ["PRODUCT_UNKNOWN"]),
        (UNKNOWN.cip13.value, NOTHING_KNOWN, []),  # nobody loaded any
        (None, KNOWN, []),  # not coded: nothing was to be found
        (LIST_II.cip13.value, KNOWN, []),
        (LIST_II.cis.value, KNOWN, []),
    ],
)
def test_a_coded_product_that_nobody_knows_warns(product, referential, codes):  # MED-22
    line = replace(a_line_of(UNKNOWN), product=product)

    assert codes_of(line, referential=referential) == codes


@pytest.mark.parametrize(
    ("exclusion", "codes"),
    [
        (None, []),
        (Exclusion.UNSAID, ["SUBSTITUTION_REASON_MISSING"]),
        (Exclusion.NARROW_MARGIN, []),
        (Exclusion.CHILD_UNDER_SIX, []),
        (Exclusion.EXCIPIENT, []),
    ],
)
def test_an_exclusion_without_a_reason_warns(exclusion, codes):  # MED-19
    assert codes_of(a_line_of(LIST_I, exclusion=exclusion)) == codes


def test_warnings_are_told_line_by_line():  # MED-13, MED-22
    lines = (
        a_line_of(FOUR_WEEKS, days=60),
        a_line_of(UNKNOWN, rank=2),
        a_line_of(FOUR_WEEKS, rank=3, intake=Intake(1, 1, "comprimé"), quantity=Decimal(3)),
    )

    found = [(caveat.line, caveat.code.value) for caveat in warnings_of(*lines)]

    assert found == [(1, "DURATION_EXCEEDED"), (2, "PRODUCT_UNKNOWN"), (3, "DURATION_EXCEEDED")]
