"""The official files of medicines: what is taken, what is refused and why, what is broken."""

from collections import Counter
from datetime import date

import pytest

from bdpm_files import (
    ATC,
    BOXES,
    COMPOSITION,
    CONDITIONS,
    GROUPS,
    MEDICINES,
    SUPPLIES,
    UCDS,
    box,
    cip13,
    component,
    filler,
    join,
    medicine,
    notice,
    ucd13,
    write_files,
)
from ordonnance.domain.product import Availability, GenericRole, Supply
from ordonnance.store.bdpm import digest_of, read_files
from ordonnance.store.bdpm_rows import BDPMFile
from ordonnance.store.product import read_extract

ALPHA, BETA, GONE = "60000001", "60000002", "61111111"
ALPHA_ROW = medicine(ALPHA, "ALPHA 1 mg, comprimé")
TAKEN = {
    COMPOSITION: [component(filler(n), "X") for n in range(25)],
    GROUPS: [f"{n}\tG\t{filler(n)}\t1\t1" for n in range(25)],
    CONDITIONS: [f"{filler(n)}\tliste I" for n in range(25)],
    SUPPLIES: [notice(filler(n), "", "1", "01/01/2026") for n in range(25)],
    ATC: [f"{filler(n)}\tA02BA01\tX\t" for n in range(25)],
    UCDS: [f"{ucd13(n)}\t{filler(n)}" for n in range(25)],
}


def read(files):
    return read_files(files, lambda what, more: None)


def report_on(reading, name):
    return next(report for report in reading.files if report.file == name)


def products_of(reading, cis=ALPHA):
    return [product for product in reading.products if product.cis.value == cis]


def alpha(**rows):
    """The only product of a medicine on which *rows* say something."""
    boxes = [box(ALPHA, cip13(1))]
    reading = read(write_files(MEDICINES=[ALPHA_ROW], BOXES=boxes, **rows))
    assert not reading.is_broken
    return products_of(reading)[0]


def reasons(reading, name):
    return [(row.line, row.reason) for row in report_on(reading, name).refused]


# What is read


def test_a_presentation_is_a_product():  # REF-1
    product = alpha(
        COMPOSITION=[component(ALPHA, "ALPHA BASE")],
        GROUPS=[f"12\tALPHA 1 mg - PREMIER 1 mg\t{ALPHA}\t1\t2"],
        CONDITIONS=[f"{ALPHA}\tliste I", f"{ALPHA}\tprescription limitée à 12 semaines"],
        ATC=[f"{ALPHA}\tA02BA01\tALPHA\thttps://bdpm.example"],
        UCDS=[f"{ucd13(9000001)}\t{ALPHA}", f"{ucd13(9000002)}\t{ALPHA}"],
    )

    assert (product.cis.value, product.cip13.value) == (ALPHA, "3400900000013")
    assert (product.name, product.form) == ("ALPHA 1 mg, comprimé", "comprimé")
    assert product.packaging == "plaquette de 30"
    assert product.substances == ("ALPHA BASE",)
    assert (product.generic_group, product.generic_role) == ("12", GenericRole.GENERIC)
    assert product.group_label == "ALPHA 1 mg - PREMIER 1 mg"
    assert product.conditions == ("liste I", "prescription limitée à 12 semaines")
    assert product.atc == "A02BA01"
    assert product.ucds == (ucd13(9000001), ucd13(9000002))
    assert product.is_marketed
    assert product.availability is None


def test_a_medicine_without_presentation_is_a_product_without_cip13():  # REF-1
    products = products_of(read(write_files(MEDICINES=[ALPHA_ROW])))

    assert [(product.cip13, product.packaging) for product in products] == [(None, "")]


@pytest.mark.parametrize(
    ("medicine_state", "declared", "state", "expected"),
    [
        ("Commercialisée", "Déclaration de commercialisation", "Présentation active", True),
        ("Non commercialisée", "Déclaration de commercialisation", "Présentation active", False),
        (
            "Commercialisée",
            "Déclaration d'arrêt de commercialisation",
            "Présentation active",
            False,
        ),
        ("Commercialisée", "Déclaration de commercialisation", "Présentation abrogée", False),
    ],
)
def test_a_box_is_marketed_if_it_and_its_medicine_are(
    medicine_state, declared, state, expected
):  # REF-1
    files = write_files(
        MEDICINES=[medicine(ALPHA, "ALPHA", medicine_state)],
        BOXES=[box(ALPHA, cip13(1), declared=declared, state=state)],
    )

    assert [product.is_marketed for product in products_of(read(files))] == [expected]


def test_marketed_boxes_come_first_then_the_smallest_cip13():  # REF-1
    files = write_files(
        MEDICINES=[ALPHA_ROW],
        BOXES=[
            box(ALPHA, cip13(1), declared="Déclaration d'arrêt de commercialisation"),
            box(ALPHA, cip13(3)),
            box(ALPHA, cip13(2)),
        ],
    )

    products = products_of(read(files))

    assert [product.cip13.value for product in products] == [cip13(2), cip13(3), cip13(1)]


def test_products_are_in_the_order_of_names():  # REF-1
    files = write_files(MEDICINES=[medicine(ALPHA, "ZZ"), medicine(BETA, "AA")])

    names = [product.name for product in read(files).products]

    assert names == sorted(names)
    assert (names[0], names[-1]) == ("AA", "ZZ")


def test_of_a_linked_pair_the_active_moiety_is_the_substance():  # REF-1
    product = alpha(
        COMPOSITION=[
            component(ALPHA, "SEL DE GAMMA", "SA", "2"),
            component(ALPHA, "ALPHA", "SA", "1"),
            component(ALPHA, "GAMMA", "FT", "2"),
            component(ALPHA, "ALPHA", "SA", "3"),
            component(ALPHA, "DELTA", "ST", "4"),
        ]
    )

    assert product.substances == ("GAMMA", "ALPHA", "DELTA")


@pytest.mark.parametrize(
    ("rows", "group", "role"),
    [
        ([("5", "0"), ("6", "1")], "5", GenericRole.PRINCEPS),
        ([("5", "2"), ("6", "1")], "6", GenericRole.GENERIC),
        ([("5", "4"), ("6", "2")], "5", GenericRole.SUBSTITUTABLE),
        ([("5", "2")], "5", GenericRole.COMPLEMENTARY),
    ],
)
def test_of_several_generic_groups_the_first_of_its_own_dose_is_kept(rows, group, role):  # REF-1
    groups = [f"{name}\tGROUPE {name}\t{ALPHA}\t{kind}\t1" for name, kind in rows]
    files = write_files(MEDICINES=[ALPHA_ROW], GROUPS=groups)

    reading = read(files)

    (product,) = products_of(reading)
    assert (product.generic_group, product.generic_role) == (group, role)
    assert product.group_label == f"GROUPE {group}"
    assert reading.several_groups_count == int(len(rows) > 1)


# Availability


@pytest.mark.parametrize(
    ("code", "supply"),
    [
        ("1", Supply.OUT_OF_STOCK),
        ("2", Supply.SHORTAGE),
        ("3", Supply.DISCONTINUED),
        ("4", Supply.BACK),
    ],
)
def test_the_four_codes_of_supply(code, supply):  # REF-4
    product = alpha(SUPPLIES=[notice(ALPHA, "", code, "22/10/2025", until="01/02/2026")])

    assert product.availability == Availability(
        supply=supply, since=date(2025, 10, 22), until=date(2026, 2, 1)
    )


@pytest.mark.parametrize(
    ("notices", "first", "second"),
    [
        ([("", "2", "01/10/2025")], Supply.SHORTAGE, Supply.SHORTAGE),
        ([(cip13(2), "1", "01/10/2025")], None, Supply.OUT_OF_STOCK),
        (
            [("", "2", "01/10/2025"), (cip13(2), "1", "02/10/2025")],
            Supply.SHORTAGE,
            Supply.OUT_OF_STOCK,
        ),
        (
            [("", "2", "03/10/2025"), (cip13(2), "1", "02/10/2025")],
            Supply.SHORTAGE,
            Supply.SHORTAGE,
        ),
        ([("", "2", "03/10/2025"), ("", "4", "30/09/2025")], Supply.SHORTAGE, Supply.SHORTAGE),
        ([("", "2", ""), ("", "4", "30/09/2005")], Supply.BACK, Supply.BACK),
    ],
)
def test_the_latest_notice_of_a_box_or_of_its_medicine_wins(notices, first, second):  # REF-4
    files = write_files(
        MEDICINES=[ALPHA_ROW],
        BOXES=[box(ALPHA, cip13(1)), box(ALPHA, cip13(2))],
        SUPPLIES=[notice(ALPHA, *one) for one in notices],
    )

    found = [product.availability for product in products_of(read(files))]

    assert [said and said.supply for said in found] == [first, second]


# What is refused


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        (MEDICINES, medicine("70000001", "X"), "code CIS mal formé"),
        (MEDICINES, medicine(ALPHA, ""), "dénomination absente"),
        (MEDICINES, ALPHA_ROW + "\t", "13 colonnes au lieu de 12"),
        (MEDICINES, medicine(filler(3), "X"), "déjà dit plus haut"),
        (BOXES, box(GONE, cip13(1)), "spécialité absente de CIS_bdpm.txt"),
        (BOXES, box("6", cip13(1)), "code CIS mal formé"),
        (BOXES, box(filler(1), "3400900000015"), "code CIP13 mal formé ou clé fausse"),
        (BOXES, box(filler(1), cip13(1), ""), "libellé de présentation absent"),
        (BOXES, box(filler(1), cip13(9_000_003)), "déjà dit plus haut"),
        (COMPOSITION, component(filler(1), "X", "XX"), "nature du composant inconnue"),
        (COMPOSITION, component(filler(1), ""), "substance absente"),
        (COMPOSITION, f"{filler(1)}\tcomprimé", "2 colonnes au lieu de 8"),
        (GROUPS, f"1\tG\t{filler(1)}\t3\t1", "type de générique inconnu"),
        (GROUPS, f"\tG\t{filler(1)}\t1\t1", "groupe générique absent"),
        (CONDITIONS, f"{filler(1)}\t", "condition absente"),
        (CONDITIONS, "rien\tliste I", "code CIS mal formé"),
        (SUPPLIES, notice(filler(1), "", "5", ""), "code de disponibilité inconnu"),
        (SUPPLIES, notice(filler(1), "", "1", "2025-10-22"), "date mal formée"),
        (SUPPLIES, notice(filler(1), "", "1", "31/02/2025"), "date mal formée"),
        (SUPPLIES, notice(filler(1), "34", "1", ""), "code CIP13 mal formé ou clé fausse"),
        (
            SUPPLIES,
            notice(filler(1), cip13(7), "1", ""),
            "présentation inconnue de cette spécialité",
        ),
        (ATC, f"{filler(1)}\tA2BA01\tX\t", "code ATC mal formé"),
        (UCDS, f"3400890000001\t{filler(1)}", "code UCD13 mal formé ou clé fausse"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_its_line(name, row, reason):  # REF-1
    files = write_files()
    if name in TAKEN:
        files[name] = join(*TAKEN[name])
    files[name] = files.get(name, b"") + join(row)

    reading = read(files)

    assert reasons(reading, name) == [(26, reason)]
    assert report_on(reading, name).taken == 25
    assert not reading.is_broken
    assert len(reading.products) == 25


@pytest.mark.parametrize("name", [COMPOSITION, GROUPS, CONDITIONS, SUPPLIES, ATC, UCDS])
def test_a_row_said_twice_is_taken_once(name):  # REF-1
    rows = TAKEN[name]

    reading = read(write_files() | {name: join(*rows, rows[0])})

    assert reasons(reading, name) == [(26, "déjà dit plus haut")]


def test_rows_of_a_medicine_that_is_gone_are_set_aside_and_break_nothing():  # REF-1, REF-2
    rows = [f"1\tG\t{GONE}\t0\t1", f"1\tG\t{filler(1)}\t1\t2", "1\tG\t61111112\t1\t3"]

    reading = read(write_files(GROUPS=rows))

    report = report_on(reading, GROUPS)
    assert (report.taken, report.set_aside, report.refused) == (1, 2, ())
    assert not reading.is_broken


def test_an_optional_file_may_be_absent_and_the_report_says_so():  # REF-1
    reading = read(write_files())

    present = {report.file: report.is_present for report in reading.files}
    required = (MEDICINES, BOXES, CONDITIONS)
    assert present == {name.value: name in required for name in BDPMFile}
    assert not reading.is_broken


# Encodings and blanks


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"{ALPHA}\tréservé à l’usage\n".encode(), "réservé à l’usage"),
        (f"{ALPHA}\tréservé à l’usage\n".encode("utf-8-sig"), "réservé à l’usage"),
        (f"{ALPHA}\tréservé à l’usage\r\n".encode("cp1252"), "réservé à l’usage"),
        (f"{ALPHA}\tréservé à l\x92usage – \x96\r\n".encode(), "réservé à l’usage – –"),
        (f"{ALPHA}\t liste   I \r\n \r\n\r\n".encode(), "liste I"),
        (f"{ALPHA}\tliste\x81 I".encode(), "liste\x81 I"),
    ],
)
def test_encodings_blanks_and_line_ends_of_the_official_files(content, expected):  # REF-1
    files = write_files(MEDICINES=[ALPHA_ROW]) | {CONDITIONS: content}

    reading = read(files)

    assert [product.conditions for product in products_of(reading)] == [(expected,)]
    assert report_on(reading, CONDITIONS).refused == ()


# What is broken


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "absent, et obligatoire"),
        (b"", "vide"),
        (b"\r\n\r\n", "vide"),
        (b"\x1f\x8b\x81\x8d\xff", "ni UTF-8 ni Windows-1252"),
        (
            b"<html>\n<body>Erreur</body>\n",
            "plus de 5 % de lignes refusées, d’abord la ligne 1 (1 colonne au lieu de 13)",
        ),
        (join(*[box(filler(1), cip13(n)) for n in range(25)])[:-60], "coupé au milieu de sa"),
    ],
)
def test_a_required_file_that_cannot_be_used_is_broken(content, why):  # REF-2
    files = {MEDICINES: write_files()[MEDICINES]}
    if content is not None:
        files[BOXES] = content

    reading = read(files)

    assert reading.is_broken
    assert reading.products == ()
    assert report_on(reading, BOXES).broken.startswith(why)


def test_an_optional_file_that_is_there_may_be_broken_too():  # REF-2
    reading = read(write_files() | {ATC: b""})

    assert report_on(reading, ATC).broken == "vide"
    assert reading.products == ()


def test_a_file_that_is_too_large_is_broken(monkeypatch):  # REF-2
    monkeypatch.setattr("ordonnance.store.bdpm.FILE_BYTES_MAX", 1024)

    assert report_on(read(write_files()), MEDICINES).broken == "plus de 0 Mio"


@pytest.mark.parametrize(("good", "is_broken"), [(19, False), (18, True)])
def test_more_than_one_row_refused_in_twenty_breaks_a_file(good, is_broken):  # REF-2
    rows = [f"{filler(n)}\tliste I" for n in range(good)]

    reading = read(write_files(CONDITIONS=[*rows, "rien\tliste I"]))

    assert reading.is_broken is is_broken


def test_without_the_medicines_nothing_else_is_read():  # REF-2
    reading = read({**write_files(), MEDICINES: b""})

    assert [(report.file, report.broken) for report in reading.files] == [(MEDICINES, "vide")]


def test_the_digest_is_of_the_bytes_one_after_the_other():  # REF-3
    assert digest_of({BOXES: b"c", MEDICINES: b"ab", "README.md": b"d"}) == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


# The official files


@pytest.fixture(scope="module")
def official(shared):
    folder = shared / "data" / "bdpm"
    files = {
        name.value: (folder / name).read_bytes() for name in BDPMFile if (folder / name).exists()
    }
    return read(files)


@pytest.fixture(scope="module")
def official_bytes(shared):
    folder = shared / "data" / "bdpm"
    return {
        name.value: (folder / name).read_bytes() for name in BDPMFile if (folder / name).exists()
    }


@pytest.mark.parametrize("whole_line", [True, False])
@pytest.mark.parametrize("name", [CONDITIONS, COMPOSITION, GROUPS])
def test_an_official_file_cut_in_its_middle_is_broken(official_bytes, name, whole_line):  # REF-2
    lines = official_bytes[name].splitlines(keepends=True)
    half = b"".join(lines[: len(lines) // 2])

    reading = read(official_bytes | {name: half if whole_line else half[:-10]})

    broken = {report.file: report.broken for report in reading.files if report.broken}
    assert list(broken) == [name]
    assert broken[name].startswith("coupé\u00a0? il ne parle" if whole_line else "coupé au milieu")
    assert reading.products == ()


def test_the_official_files_are_taken_but_for_24_rows(official):  # REF-1
    counts = {
        report.file: (report.taken, report.set_aside, len(report.refused))
        for report in official.files
    }

    assert counts == {
        "CIS_bdpm.txt": (15_799, 0, 0),
        "CIS_CIP_bdpm.txt": (20_869, 0, 6),
        "CIS_COMPO_bdpm.txt": (32_449, 0, 0),
        "CIS_GENER_bdpm.txt": (8_160, 2_454, 0),
        "CIS_CPD_bdpm.txt": (27_856, 0, 0),
        "CIS_CIP_Dispo_Spec.txt": (956, 19, 18),
        "CIS_MITM.txt": (8_103, 4, 0),
        "UCD_CIS.txt": (0, 0, 0),
    }
    assert [report.broken for report in official.files] == [None] * 8
    assert Counter(row.reason for report in official.files for row in report.refused) == {
        "spécialité absente de CIS_bdpm.txt": 6,
        "déjà dit plus haut": 17,
        "présentation inconnue de cette spécialité": 1,
    }
    assert reasons(official, BOXES)[0] == (663, "spécialité absente de CIS_bdpm.txt")


def test_the_official_files_give_a_product_a_box(official):  # REF-1, REF-4
    products = official.products

    assert len(products) == 22_139
    assert len({product.cis for product in products}) == 15_799
    assert sum(1 for product in products if product.cip13 is None) == 1_270
    assert official.several_groups_count == 51
    assert len(official.regimes) == 164
    assert Counter(said.supply for p in products if (said := p.availability)) == {
        Supply.OUT_OF_STOCK: 83,
        Supply.SHORTAGE: 586,
        Supply.DISCONTINUED: 42,
        Supply.BACK: 539,
    }
    assert not any("\x80" <= c <= "\x9f" for p in products for c in p.name + str(p.conditions))


def test_the_official_files_say_what_the_extract_says(official):  # REF-1
    by_cip13 = {product.cip13: product for product in official.products}

    for product in read_extract().by_cip13.values():
        found = by_cip13[product.cip13]
        assert (found.cis, found.name, found.form) == (product.cis, product.name, product.form)
        assert found.substances == product.substances
        assert found.generic_group == product.generic_group
        assert found.generic_role == product.generic_role
        assert found.conditions == product.conditions
        assert found.packaging == product.packaging
        assert found.is_marketed
