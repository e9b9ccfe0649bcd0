"""Identifiers: their forms and keys, on literal cases worked out by hand or seen in public."""

from dataclasses import dataclass
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.identifiers import (
    ADELI,
    CIP13,
    CIS,
    FINESS,
    INS,
    RPPS,
    UCD13,
    AMNumber,
    INSAuthority,
    PrescriptionNumber,
    month_code,
    month_of,
)
from ordonnance.domain.refusal import Refusal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

days = st.dates(date(2020, 1, 1), date(2105, 4, 30))
numbers = st.builds(PrescriptionNumber.mint, on=days, chance=st.integers(0, 2**65 - 1))


def parse_ins(text, where=None):
    return INS.parse(text, INSAuthority.TEST, where)


PARSERS = (
    *(PrescriptionNumber.parse, parse_ins, RPPS.parse, RPPS.parse_national, ADELI.parse),
    *(FINESS.parse, AMNumber.parse, CIP13.parse, UCD13.parse, CIS.parse),
)


def is_refused(parse, text):
    try:
        parse(text)
    except Refusal:
        return True
    return False


# The prescription number


@pytest.mark.parametrize(
    "text",
    [
        "012J7K3M9QW2XR5TV0",  # wrong check character
        "01S2TBPZ2JCNZZYGHZ",  # the published example, checked by another rule
        "012J7K3M9QW2XR5TV",  # 17 characters
        "012J7K3M9QW2XR5TVW0",  # 19 characters
        "022J7K3M9QW2XR5TVV",  # 02 first, right check character
        "112J7K3M9QW2XR5TVT",  # 11 first, right check character
        "012J7U3M9QW2XR5TVW",  # U is not in the alphabet
        "012J7K3M9QW2XR5TVW-1",  # the identifier of a line
        "012J.7K3M.9QW2.XR5T.VW",  # dots are no separators
        "012J7K3M9QW2XR5TVW\n",  # neither is the end of a line
        "012J\u00a07K3M\u00a09QW2\u00a0XR5T\u00a0VW",  # neither is a hard space
        "012J7\u212a3M9QW2XR5TVW",  # the kelvin sign, whose lower case is k
        "\u0660\u0661000000000000000Z",  # Arabic digits
        "\x00\x01000000000000000Z",  # control characters
        "012J7K3M9QW2XR5TVW" + " " * 47,  # 65 characters
        "-" * 18,
        "",
    ],
)
def test_what_is_not_a_number_is_refused_where_it_stands(text):  # TLS-1
    with pytest.raises(Refusal) as refused:
        PrescriptionNumber.parse(text, "MedicationRequest.groupIdentifier")

    assert refused.value.reason.code == "NUMBER_MALFORMED"
    assert refused.value.where == "MedicationRequest.groupIdentifier"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("012J7K3M9QW2XR5TVW", "012J7K3M9QW2XR5TVW"),
        ("012J0123456789ABCH", "012J0123456789ABCH"),
        ("012JQRSTVWXYZ01230", "012JQRSTVWXYZ01230"),
        ("01S2TBPZ2JCNZZYGHD", "01S2TBPZ2JCNZZYGHD"),
        ("012j7k3m9qw2xr5tvw", "012J7K3M9QW2XR5TVW"),
        ("012J 7K3M 9QW2 XR5T VW", "012J7K3M9QW2XR5TVW"),
        ("012J-7K3M-9QW2-XR5T-VW", "012J7K3M9QW2XR5TVW"),
        ("012J7K3M9QW2XR5TVW" + " " * 46, "012J7K3M9QW2XR5TVW"),
        ("ol2jolooiloollooio", "012J01001100110010"),
        ("OI2JOIOOLIOOLIOOLO", "012J01001100110010"),
    ],
)
def test_a_number_is_read_however_a_hand_wrote_it(text, number):  # TLS-1
    assert PrescriptionNumber.parse(text) == PrescriptionNumber(number)
    assert str(PrescriptionNumber.parse(text)) == number


@pytest.mark.parametrize(
    ("on", "chance", "number"),
    [
        (date(2026, 11, 1), 8759089778812262235, "012J7K3M9QW2XR5TVW"),
        (date(2026, 11, 30), 11939515935325016758, "012JABCDEFGHJKMNP5"),
        (date(2026, 11, 2), 0, "012J00000000000009"),
        (date(2026, 11, 2), 36893488147419103231, "012JZZZZZZZZZZZZZP"),
        (date(2020, 1, 31), 8759089778812262235, "01007K3M9QW2XR5TVJ"),
        (date(2105, 4, 30), 8759089778812262235 + 2**65, "01ZZ7K3M9QW2XR5TVM"),
    ],
)
def test_a_number_is_minted_from_its_month_and_chance(on, chance, number):  # TLS-1, TLS-2
    assert PrescriptionNumber.mint(on, chance).value == number


@pytest.mark.parametrize(
    ("number", "code", "on", "bucket", "grouped"),
    [
        ("012J7K3M9QW2XR5TVW", "2J", date(2026, 11, 1), 243, "012J 7K3M 9QW2 XR5T VW"),
        ("012JABCDEFGHJKMNP5", "2J", date(2026, 11, 1), 331, "012J ABCD EFGH JKMN P5"),
        ("01ZZZZZZZZZZZZZZZE", "ZZ", date(2105, 4, 1), 1023, "01ZZ ZZZZ ZZZZ ZZZZ ZE"),
        ("01S2TBPZ2JCNZZYGHZ", "S2", date(2086, 11, 1), 843, "01S2 TBPZ 2JCN ZZYG HZ"),
    ],
)
def test_a_number_tells_its_month_and_bucket(number, code, on, bucket, grouped):  # TLS-2
    trusted = PrescriptionNumber(number)

    assert trusted.month_code == code
    assert trusted.month_on == on
    assert trusted.bucket == bucket
    assert trusted.grouped == grouped


def test_a_line_is_the_number_and_its_rank():  # TLS-1
    assert PrescriptionNumber("012J7K3M9QW2XR5TVW").line(12) == "012J7K3M9QW2XR5TVW-12"


@pytest.mark.parametrize(
    ("on", "code", "first"),
    [
        (date(2020, 1, 1), "00", date(2020, 1, 1)),
        (date(2022, 8, 31), "0Z", date(2022, 8, 1)),
        (date(2022, 9, 1), "10", date(2022, 9, 1)),
        (date(2026, 11, 15), "2J", date(2026, 11, 1)),
        (date(2105, 4, 30), "ZZ", date(2105, 4, 1)),
    ],
)
def test_a_month_has_a_code_of_two_characters(on, code, first):  # TLS-2
    assert month_code(on) == code
    assert month_of(code) == first


@pytest.mark.parametrize("on", [date(2019, 12, 31), date(1, 1, 1), date(2105, 5, 1)])
def test_a_month_out_of_bounds_has_no_code(on):  # TLS-2
    with pytest.raises(ValueError, match="numbers run from 2020-01 to 2105-04"):
        month_code(on)


@pytest.mark.parametrize("code", ["", "2", "2JJ", "2U", "2j", "I0", "\u0660\u0660", "-1"])
def test_what_is_not_a_month_code_has_no_month(code):  # TLS-2
    with pytest.raises(ValueError, match="is not a month code"):
        month_of(code)


@given(days, st.integers(0, 2**65 - 1))
def test_a_minted_number_reads_back_with_its_month(on, chance):  # TLS-1, TLS-2
    minted = PrescriptionNumber.mint(on, chance)

    assert PrescriptionNumber.parse(minted.value) == minted
    assert PrescriptionNumber.parse(minted.grouped) == minted
    assert minted.month_on == on.replace(day=1)
    assert minted.bucket == chance >> 55


@given(numbers, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_detected(number, place, character):  # TLS-1
    misread = number.value[:place] + character + number.value[place + 1 :]

    assert is_refused(PrescriptionNumber.parse, misread) == (misread != number.value)


@given(numbers, st.integers(0, 16))
def test_two_neighbours_swapped_are_detected_but_for_0_and_z(number, place):  # TLS-1
    left, right = number.value[place : place + 2]
    swapped = number.value[:place] + right + left + number.value[place + 2 :]
    goes_unseen = left == right or (place >= 2 and {left, right} == {"0", "Z"})

    assert is_refused(PrescriptionNumber.parse, swapped) != goes_unseen


def test_the_check_character_does_not_see_0_and_z_swapped():  # TLS-1
    assert PrescriptionNumber.parse("012J0Z7K3M9QW2XR5E").bucket == 31
    assert PrescriptionNumber.parse("012JZ07K3M9QW2XR5E").bucket == 992


@st.composite
def noisy_numbers(draw):
    number = draw(numbers)
    spellings = {"0": "0Oo", "1": "1IiLl"}
    noisy = [draw(st.text(" -", max_size=2))]
    for character in number.value:
        noisy.append(draw(st.sampled_from(spellings.get(character, character + character.lower()))))
        noisy.append(draw(st.text(" -", max_size=2)))
    return number, "".join(noisy)


@given(noisy_numbers())
def test_noise_on_entry_changes_nothing(case):  # TLS-1
    number, noisy = case

    assert PrescriptionNumber.parse(noisy) == number


# The patient


@pytest.mark.parametrize(
    "texts",
    [
        "279035121518989 255081416802538",  # the ANS's test patient, a published example
        "184062A00412324 186022A21532523 284062B03300129",  # Corsica
        "190017505600393 390017505600390 790017505600384",  # settled, being registered, provisional
        "190017505609501 190017505609697",  # the smallest key, the largest
    ],
)
@pytest.mark.parametrize("authority", list(INSAuthority))
def test_an_ins_whose_key_is_right_is_accepted(texts, authority):  # TLS-3
    for text in texts.split():
        assert INS.parse(text, authority) == INS(text, authority)
        assert INS.parse(text, authority).value == text


@pytest.mark.parametrize(
    "text",
    [
        *("279035121518988", "184062A00412325"),  # wrong key
        "190017505609600",  # the key is 97, never 00
        *("184062B00412324", "18406190A412324"),  # the other half of Corsica, a letter elsewhere
        *("184062a00412324", "2 79 03 51 215 189 89", "+79035121518989"),  # not as registered
        *("590017505600387", "090017505600346"),  # 5 and 0 first, with their right keys
        *("2790351215189", "2790351215189890", "2" * 100, ""),  # wrong length
    ],
)
def test_what_is_not_an_ins_is_refused_where_it_stands(text):  # TLS-3
    with pytest.raises(Refusal) as refused:
        INS.parse(text, INSAuthority.NIR, "Patient.identifier")

    assert refused.value.reason.code == "INS_INVALID"
    assert refused.value.where == "Patient.identifier"


def test_only_the_nir_and_the_nia_designate_an_actual_person():  # TLS-3
    real = [authority for authority in INSAuthority if authority.is_real]

    assert real == ["1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9"]
    assert INSAuthority("1.2.250.1.213.1.4.10") is INSAuthority.TEST
    assert INSAuthority("1.2.250.1.213.1.4.11") is INSAuthority.DEMONSTRATION


@dataclass(frozen=True)
class Holder:
    ins: INS


def test_an_ins_that_is_shown_tells_nothing_of_the_patient():  # TLS-3
    ins = INS("279035121518989", INSAuthority.TEST)

    shown = [repr(ins), str(ins), f"{ins}", f"{ins!r}", f"{[ins]}", repr(Holder(ins))]
    shown += [str(ValueError(ins)), str(KeyError(ins)), f"{Holder(ins)=}"]

    assert shown[0] == "INS(authority=<INSAuthority.TEST: '1.2.250.1.213.1.4.10'>)"
    assert all(shown[0] in text for text in shown)
    assert not any(part in text for text in shown for part in ("27903", "51215", "18989"))


def test_the_refusal_of_an_ins_does_not_repeat_it():  # TLS-3
    with pytest.raises(Refusal) as refused:
        INS.parse("279035121518988", INSAuthority.NIR)

    assert "27903" not in repr(refused.value) + refused.value.sentence


# Professionals, structures, sites, products


@pytest.mark.parametrize(
    ("parse", "texts"),
    [
        (RPPS.parse, "10001045367 10104335319 01234567897"),  # TLS-5
        (ADELI.parse, "012600631 759124159"),  # TLS-5
        (FINESS.parse, "010000024 010780054 600100713 750712184"),  # TLS-6
        (FINESS.parse, "2A0000014 2A0000170 2B0000020"),  # TLS-6
        (AMNumber.parse, "752100008 752100009 000000000"),  # TLS-7
        (CIP13.parse, "3400949497294 3400936963504 3400933516390 3400933783310"),  # TLS-8
        (UCD13.parse, "3400893766521 3400893936047"),  # TLS-8
        (CIS.parse, "60002283 69103878"),  # TLS-8
    ],
)
def test_a_right_identifier_is_accepted_exactly_as_it_is_written(parse, texts):
    for text in texts.split():
        assert str(parse(text)) == parse(text).value == text
        assert is_refused(parse, " " + text)
        assert is_refused(parse, text + "\n")


@pytest.mark.parametrize(
    ("parse", "code", "texts"),
    [
        # TLS-5: a key, two neighbours swapped, a length.
        (RPPS.parse, "RPPS_INVALID", "10001045368 10001045637 1000104536 810001045367"),
        (RPPS.parse_national, "RPPS_INVALID", "810001045368 10001045367 910001045367 0759124159 8"),
        (ADELI.parse, "ELEMENT_INVALID", "012600632 759124195 75912415 0759124159"),
        # TLS-6: a key, then Corsica: the other half, lower case, another letter, another place.
        (FINESS.parse, "FINESS_INVALID", "010000025 01000002 0100000240"),
        (FINESS.parse, "FINESS_INVALID", "2B0000014 2A0000020 2a0000014 2C0000014 1A0000015"),
        # TLS-7
        (AMNumber.parse, "ELEMENT_INVALID", "75210000 7521000080 2A2100008"),
        # TLS-8: a key, the other's prefix, the short code, the GTIN-14.
        (CIP13.parse, "CIP_INVALID", "3400949497295 3400893766521 4949729 03400949497294"),
        (UCD13.parse, "ELEMENT_INVALID", "3400893766522 3400949497294 9376652 03400893766521"),
        (CIS.parse, "ELEMENT_INVALID", "50002283 6000228 600022830 6000228A"),
    ],
)
def test_a_wrong_identifier_is_refused_where_it_stands(parse, code, texts):
    for text in [*texts.split(), "", texts]:
        with pytest.raises(Refusal) as refused:
            parse(text, "Practitioner.identifier")

        assert refused.value.reason.code == code
        assert refused.value.where == "Practitioner.identifier"
        assert "{" not in refused.value.sentence


@pytest.mark.parametrize("digit", ["\u0660", "\u00b2", "\uff11", "\U0001d7d9"])
@pytest.mark.parametrize("parse", PARSERS)
def test_foreign_digits_are_no_digits(parse, digit):  # TLS-1, TLS-3, TLS-5 to TLS-8
    right = "012J00000000000009 279035121518989 10001045367 810001045367 759124159 752100008"

    for text in [*right.split(), "3400949497294", "3400893766521", "60002283"]:
        assert is_refused(parse, text[:-1] + digit)
        assert is_refused(parse, text[:4] + digit + text[5:])


@pytest.mark.parametrize(
    ("parse", "problem"),
    [
        (ADELI.parse, "le numéro ADELI a 9 chiffres, dont une clé"),
        (AMNumber.parse, "le numéro AM a 9 chiffres"),
        (UCD13.parse, "le code UCD13 a 13 chiffres, dont une clé"),
        (CIS.parse, "le code CIS a 8 chiffres et commence par 6"),
    ],
)
def test_an_invalid_element_is_named_in_french(parse, problem):  # TLS-5, TLS-7, TLS-8
    with pytest.raises(Refusal) as refused:
        parse("12345")

    assert f" : {problem}. Corrigez-le" in refused.value.sentence


def test_an_rpps_is_read_from_the_national_identifier_and_said_so():  # TLS-5
    rpps = RPPS.parse_national("801234567897")

    assert rpps == RPPS("01234567897")
    assert rpps.national == "801234567897"


@pytest.mark.parametrize(
    ("text", "is_right"),
    [("751200007", True), ("752100008", True), ("751200008", False), ("751200070", False)],
)
def test_the_key_of_an_am_number_only_warns(text, is_right):  # TLS-7
    assert AMNumber.parse(text).key_is_right is is_right


def test_a_cip13_holds_its_cip7():  # TLS-8
    assert CIP13.parse("3400949497294").cip7 == "4949729"


def test_identifiers_of_two_kinds_are_never_equal():  # TLS-5, TLS-7
    assert ADELI("759124159") != AMNumber("759124159")


# Near misses reach deeper than any text would: the right characters, in about the right number.
any_text = st.one_of(
    st.text(),
    st.text("0123456789ABab8 -\u0660\u00b2", min_size=7, max_size=19),
    st.text(st.characters(categories=["Nd", "No", "Cs"]), max_size=20),
    st.builds("01{}".format, st.text(ALPHABET + "ILOUu", min_size=16, max_size=16)),
)


@given(any_text)
@example("\ud800" * 18)
@example("2" * 5_000)
def test_no_text_makes_a_parser_fail(text):  # TLS-1, TLS-3, TLS-5 to TLS-8
    for parse in PARSERS:
        if not is_refused(parse, text):
            assert text.isascii()
