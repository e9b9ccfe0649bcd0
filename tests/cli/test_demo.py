"""The demonstration as a newcomer runs it: it tells the story, and leaves nothing behind."""

import os
from pathlib import Path
import re
import signal
import socket
import subprocess
import sys
import time

import httpx2
import pypdfium2
import pytest
import zxingcpp

from ordonnance.settings import PREFIX

PATIENCE_SECONDS = 60
REPOSITORY = Path(__file__).resolve().parents[2]
TITLES = [
    "1. L’ordonnance est émise",
    "2. Le QR code est scanné",
    "3. La délivrance est enregistrée",
    "4. Une réponse se perd",
    "5. Une erreur se reprend",
    "6. Trois refus",
    "7. Un stupéfiant s’écrit en toutes lettres",
    "8. Une ordonnance, huit natures",
    "9. Un renouvellement vient trop tôt",
    "10. Le stupéfiant est présenté le cinquième jour",
    "11. Un produit inconnu ne bloque rien",
    "12. Le réseau tombe",
    "13. L’ordonnance passe de main en main",
    "14. Le prescripteur annule ce qui reste",
    "15. La patiente voit son ordonnance",
    "16. Le patient s’oppose, le site est alerté",
    "17. Le journal se vérifie",
    "Ce qui est enregistré",
    "Deux préséries, de l’ouverture au bilan",
    "1. Deux éditeurs ouvrent leur présérie",
    "2. Les pharmacies s’inscrivent",
    "3. Le lancement et le planning",
    "4. Trois installations, une vérification, deux de plus",
    "5. Une pièce due après coup, une arrêtée à tort",
    "6. Le réseau tombe dans une pharmacie",
    "7. Une anomalie, de la pharmacie au correctif",
    "8. Les pharmacies répondent",
    "9. Deux bilans",
    "10. L’une se déploie, l’autre se prolonge",
    "Alba LGO : le bilan",
    "Corail LGO : le bilan",
    "Ce qui est parti par courriel",
    "Et maintenant",
]
PRESERIES = "\nDeux préséries, "
# Every answer about ordonnances, then about préséries, in their order.
MARKS = (
    "✓ 201, ✓ 200, ✗ 422, ✗ 422, ✓ 201, ✓ 201, ✓ 201, ✓ 200, ✗ 422, ✗ 409, ✗ 403, "
    "✗ 422, ✓ 201, ✓ 201, ✗ 422, ✓ 201, ✗ 422, ✓ 201, ✓ 201, "
    "✗ 422, ✓ 201, ✓ 202, ✓ 201, "
    "✓ 200, ✓ 200, ✗ 409, ✓ 200, ✓ 200, ✓ 201, ✗ 409, "
    "✓ 200, ✗ 409, ✓ 200, ✗ 403, ✓ 200, ✓ 200, ✓ 200, "
    "✓ 201, ✓ 201, ✗ 409, ✓ 201, ✓ 201, ✓ 201, ✓ 201, ✗ 409, ✓ 201, ✓ 201, ✗ 422, ✓ 201, "
    "✓ 201, ✓ 201, ✓ 200, ✓ 201, ✓ 201, ✓ 201, ✓ 201, ✓ 201, ✓ 201, ✓ 201, ✓ 201, ✓ 201, ✗ 409, "
    "✓ 201, ✓ 201, ✗ 403, ✓ 201, ✓ 200, ✓ 200"
)
CODES = [
    "NOT_SUBSTITUTABLE, OVERRIDABLE",
    "SUBSTITUTION_REASON_MISSING",
    "IDEMPOTENCY_KEY_REUSED",
    "RIGHTS_EXHAUSTED, OVERRIDABLE",
    "KIND_NOT_ALLOWED",
    "QUANTITY_IN_WORDS_MISSING",
    "TOO_EARLY, OVERRIDABLE",
    "DURATION_EXCEEDED, OVERRIDABLE",
    "DEFERRED_REASON_MISSING",
    "RESERVED_ELSEWHERE, OVERRIDABLE",
    "REPLACED",
    "CANCELLED",
    "NOT_THE_PATIENT",
    "NOT_AUTHORISED",
    "ENROLLED_ELSEWHERE",
    "FIRST_WEEK_PACE",
    "CRITERIA_NOT_MET",
    "TRACES_NOT_EXPECTED",
]
QUIET, PIXELS = 4, 8
DARK = {"█": (0, 0), "▀": (0, 255), "▄": (255, 0), " ": (255, 255)}


def environment(folder):
    """Ours, without anybody's settings, terminal or colours; *folder* is for what is temporary."""
    strange = ("FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
    bare = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(PREFIX) and name not in strange
    }
    return {**bare, "TMPDIR": str(folder), "PYTHONWARNINGS": "error"}


def tell_all(folder, bilans):
    """What came of the demonstration; a relay of e-mails is set, which it must leave alone."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "ordonnance", "demo", "--exit", "--pdf", str(bilans)],
        env=environment(folder) | {f"{PREFIX}MAIL": "smtp://nobody.invalid:25"},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The folder where it is to save the bilans, which it has to make."""
    return tmp_path_factory.mktemp("kept") / "bilans"


@pytest.fixture(scope="module")
def run(tmp_path_factory, kept):
    """The demonstration run once, while somebody else listens on its usual port."""
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 8000))
            other.listen()
        except OSError:
            pass  # somebody does already
        done = tell_all(folder, kept)
    return done, folder


@pytest.fixture(scope="module")
def told(run):
    """What it told."""
    return run[0].stdout


def flatten(text):
    """*text* on one line, its spaces plain."""
    return " ".join(text.replace("\u202f", " ").split())


def test_the_story_is_told_to_its_end(run):
    done, _ = run

    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_is_left_behind(run):
    _, folder = run

    assert list(folder.iterdir()) == []


def test_another_port_is_taken_where_the_usual_one_is(told):
    [port] = re.findall(r"http://127\.0\.0\.1:(\d+)", told)

    assert port != "8000"


def test_the_steps_follow_each_other(told):
    lines = told.replace("\u202f", " ").splitlines()
    titles = [re.sub(r" +━.*", "", line) for line in lines]

    assert [title for title in titles if title in TITLES] == TITLES


def test_a_bar_says_how_far_the_story_is(told):
    bars = re.findall(r"(?m)^(\d+)\. .*  (━+)(─*) +(\d+/\d+)$", told)

    steps = [(n, of) for of in (17, 10) for n in range(1, of + 1)]
    assert [(int(rank), len(done)) for rank, done, _, _ in bars] == [(n, n) for n, _ in steps]
    assert [len(done + left) for _, done, left, _ in bars] == [of for _, of in steps]
    assert [share for *_, share in bars] == [f"{n}/{of}" for n, of in steps]


def test_each_answer_and_each_refusal_is_there_in_its_order(told):
    assert ", ".join(re.findall(r"[✓✗] \d{3}", told)) == MARKS
    assert re.findall(r"✗ \d{3}  (.+)", told) == CODES


def test_rights_go_down_and_come_back(told):
    flat = flatten(told)

    assert re.findall(r"LEVOTHYROX 100 µg (?:en cours |annulée )?(\d+) jours?", flat) == [
        "168",
        "140",
        "0",
    ]
    assert re.findall(r"LEVOTHYROX : reste (\d+) jours", flat) == ["112"]
    assert re.findall(r"paracétamol : reste (\d+) boîte", flat) == ["1", "0", "1", "0"]
    assert "Les droits reviennent ; paracétamol : reste 1 boîte." in flat


def test_each_posology_is_said_in_a_sentence(told):
    step = flatten(told.partition("\n2. ")[2].partition("\n3. ")[0])

    assert "3 boîtes 1 comprimé 3 fois par jour si douleur" in step
    assert "1 boîte 1 comprimé 2 fois par jour pendant 7 jours" in step
    assert "168 jours 1 comprimé le matin pendant 28 jours" in step


def step_of(told, number):
    """What a step tells, on one line."""
    return flatten(told.partition(f"\n{number}. ")[2].partition(f"\n{number + 1}. ")[0])


def test_each_profession_sees_and_does_its_own_lines(told):  # TLS-44
    step = step_of(told, 8)

    assert re.findall(r"(\d \S+(?: infirmiers)?) (KAR|Déa|HbA|Pan|Mar|Lan|Champ|Pré)", step) == [
        ("1 médicament", "KAR"),
        ("2 dispositif", "Déa"),
        ("3 biologie", "HbA"),
        ("4 soins infirmiers", "Pan"),
        ("5 kinésithérapie", "Mar"),
        ("6 orthophonie", "Lan"),
        ("7 orthoptie", "Champ"),
        ("8 pédicurie-podologie", "Pré"),
    ]
    table = step.partition("Chacun à son tour")[2]
    visits = re.split(r"\d+(?:er)? \S+ (?=pharm|fourn|kiné|labo|infir|ortho|podo)", table)[1:]
    assert [visit.partition(" Chacun")[0].strip() for visit in visits] == [
        "pharmacie 1, 2 1 boîte terminée",
        "fournisseur LPP 2 déambulateur terminée",
        "kinésithérapeute 5 séance 1 sur 12 reste 11 séances",
        "kinésithérapeute 5 interruption interrompue",
        "laboratoire 3 prélèvement prélevée",
        "laboratoire 3 examen terminée",
        "infirmier 4 pansement reste 9 séances",
        "kinésithérapeute 5 séance 2 sur 12 reste 10 séances",
        "orthophoniste 6 bilan en cours",
        "orthoptiste 7 bilan terminée",
        "podologue 8 séance 1 sur 5 reste 4 séances",
    ]


def test_one_ordonnance_is_found_reserved_corrected_and_replaced(told):
    step = step_of(told, 13)
    number = re.search(r"(012\w{15}) \S+ \S+ AMLOR 5 mg : 2 boîtes", step).group(1)
    successor = re.search(r"un nouveau numéro, (\w{18})\.", step).group(1)
    [until] = re.findall(r"À elle jusqu’à (\d+ h \d\d)\.", step)

    assert f"prépare cette ordonnance jusqu’à {until}." in step
    assert f"{number}-E1 dit maintenant AMLODIPINE BIOGARAN 5 mg ; reste 2 boîtes." in step
    assert f"a été remplacée par l’ordonnance {successor}." in step
    assert successor != number


def test_who_objects_is_obeyed_and_a_site_reads_its_alert(told):  # TLS-56
    step = step_of(told, 16)

    assert "EN_COURS, 11 exécutions." in step
    assert "Le prescripteur lit A_EXECUTER, comme si rien n’était fait." in step
    assert "du Parc voit toujours sa séance 2 sur 12." in step
    assert "OVERRIDE (TOO_EARLY, ligne 3) : « Vérifiez que le motif tient. »" in step


def test_a_narcotic_is_written_in_full_words(told):
    said = "« une gélule deux fois par jour, le matin et le soir, pendant vingt-huit jours »"

    assert said in flatten(told)


def test_a_narcotic_presented_on_the_fifth_day_loses_five(told):
    flat = flatten(told)

    assert (
        "présentée après trois jours, elle perd 5 jours, et il reste 23 jours à délivrer." in flat
    )
    assert "compte 23 jours : 46 gélules, dont 4 d’une boîte ouverte. ✓ 201" in flat


def test_what_is_renewed_too_early_says_from_when_it_may_be(told):
    flat = flatten(told)

    assert re.search(r"ligne 3 : ce sera possible à partir du \w{3}\. \w+ \S+ \d{4}\.", flat)
    assert "Enregistrée, marquée TOO_EARLY, son motif avec elle" in flat


def test_an_unknown_product_only_warns(told):
    flat = flatten(told)
    warning = (
        "▲ avis PRODUCT_UNKNOWN « Ligne 2 : ce produit n’est pas au référentiel, ses conditions "
        "de prescription et de délivrance n’ont pas été vérifiées. »"
    )

    assert flat.count("▲ avis PRODUCT_UNKNOWN") == flat.count(warning) == 2
    assert "nommé avec chaque réponse : bdpm-2026-01-extract." in flat


def test_a_lost_answer_makes_no_second_delivery(told):
    flat = flatten(told)

    assert "La première réponse, redonnée. L’ordonnance porte 2 exécutions, non 3" in flat


def test_the_journal_tells_as_much_as_the_story(told):
    flat = flatten(told)
    blocks, entries, facts, readings = map(
        int,
        re.search(
            r"(\d+) blocs chaînés, (\d+) entrées : (\d+) faits et (\d+) lectures", flat
        ).groups(),
    )
    table = told.partition("\nCe qui est enregistré\n")[2].partition(PRESERIES)[0]
    counts = dict(re.findall(r"(?m)^ {6}(\S.*?) {2,}(\d+)  \S", table))

    # What is written at once is one block: a replacement's two facts, the three entries of a page.
    assert (entries, blocks) == (facts + readings, facts + readings - 3 + 1)
    assert counts == {
        "ordonnances émises": "4",
        "ordonnance remplacée": "1",
        "exécutions enregistrées": "19",
        "exécution reprise": "1",
        "exécution corrigée": "1",
        "réservation, puis rendue": "2",
        "annulation du reste": "1",
        "opposition": "1",
        "lectures": "26",
        "envoi répété": "1",
        "refus": "13",
    }
    assert (facts, readings) == (31, 26)


@pytest.fixture
def preseries(told):
    """What is told of the préséries."""
    return told.partition(PRESERIES)[2]


def test_the_bilans_are_drawn_on_what_the_service_measured(preseries):  # PRE-24, PRE-26
    table = flatten(step_of(preseries, 9))
    drawn = flatten(preseries.partition("\nAlba LGO\u202f: le bilan\n")[2])

    assert "1. Enregistrement des exécutions ✓ 91,3 % ✗ 72,2 %" in table
    assert "Alba : 42 exécutions enregistrées sur 46 tentatives, 1 refus à part." in table
    assert "Corail : 13 exécutions enregistrées sur 18 tentatives, 0 refus à part." in table
    assert "38 arrêts et 5 envois à raison ; 1 envoi pour rien, 0 arrêt à tort." in table
    assert "12 arrêts et 4 envois à raison ; 0 envoi pour rien, 1 arrêt à tort." in table
    assert "3. Arrêt de l’envoi par SCOR ✓ 0 arrêt à tort ✗ 1 arrêt à tort" in table
    assert "91,3 % (42 sur 46)" in drawn
    assert "72,2 % (13 sur 18)" in drawn
    assert "Envois à tort : 2,5 % (1 sur 39)" in drawn


def test_what_never_came_is_sent_again_or_counts(preseries):
    step = step_of(preseries, 6)

    assert "délivre quatre ordonnances : le réseau est coupé." in step
    assert "✓ 201 3 enregistrées, chacune une fois" in step
    assert "sa tentative comptera." in step


def test_a_piece_that_became_owed_is_right_once_it_follows(preseries):
    step = step_of(preseries, 5)

    assert "✓ 200 Le lot, relu : WRONG_STOP." in step
    assert "✓ 201 Pièce RIGHT ; dans le premier lot, RIGHT." in step
    assert "✓ 201 WRONG_STOP, erreur majeure." in step


def test_one_preserie_is_deployed_and_the_other_prolonged(preseries):  # PRE-12, PRE-30
    step = step_of(preseries, 10)

    assert "(1, 3, 5). Prolongez ou étendez la présérie" in step
    assert "✓ 201 Alba LGO : VALIDEE. ✓ 201 Corail LGO : PROLONGEE." in step
    assert "GENERALISEE, après 4 semaines. Vaut pour Alba LGO." in step


def test_who_executes_with_a_software_in_preserie_elsewhere_is_warned(preseries):  # PRE-49
    step = step_of(preseries, 4)

    assert "La Pharmacie de la Gare exécute avec Alba LGO 5.0, sans être de la présérie." in step
    assert "✓ 201 Enregistrée : rien ne s’arrête au comptoir. ▲ avis SOFTWARE_IN_PRESERIE" in step


def test_pilots_answer_operation_by_operation(preseries):  # PRE-73
    step = step_of(preseries, 8)

    assert "consulter exécuter corriger annuler ensemble" in step
    assert "de la Dune Alba 5 5 4 5 5" in step
    assert "du Phare Corail 4 1 2 – 2" in step
    assert "La Pharmacie du Phare y voit un frein : « Après une coupure," in step


def test_the_vendor_and_the_cnam_sign_each_bilan_by_its_hash(preseries):  # PRE-60, PRE-61
    step = step_of(preseries, 9)

    signed = re.findall(r"✓ 201 (\w+ LGO) : signé à deux, empreinte ([0-9a-f]{12})…", step)
    assert [software for software, _ in signed] == ["Alba LGO", "Corail LGO"]
    assert len({content for _, content in signed}) == 2


def test_the_bilans_are_saved_as_they_are_told(preseries, kept):  # PRE-62, PRE-88
    said = re.findall(
        r"✓ 200 (bilan-\w+-lgo-\d{4}-\d\d-\d\d\.pdf) : (\d) pages, ([\d ]+) octets\. "
        r"Il est enregistré : (\S+)",
        flatten(preseries),
    )
    files = {path.name: path for path in kept.iterdir()}

    assert [str(files[name]) for name, *_ in said] == [path for *_, path in said]
    assert len(said) == len(files) == 2
    for name, pages, size, _ in said:
        content = files[name].read_bytes()
        assert len(content) == int(size.replace(" ", ""))
        assert len(pypdfium2.PdfDocument(content)) == int(pages)


def test_e_mails_stay_in_the_folder_of_the_demonstration(preseries):  # PRE-55
    told = flatten(preseries.partition("\nCe qui est parti par courriel\n")[2])
    [count] = re.findall(r"✓ (\d+) courriels, dans un dossier temporaire\.", told)

    assert int(count) > 100  # the service's own pass sends some that an evening finds outdated
    assert "Pharmacie des Chartrons : « Présérie Alba LGO : date d’installation »." in told


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_told(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    done = tell_all(tmp_path, file / "bilans")

    assert (done.returncode, done.stdout) == (2, "")
    assert "Not a directory" in done.stderr


def test_days_go_by_until_the_service_has_the_time_it_is(preseries):
    [days] = re.findall(r"(\d+) jours de plus ont passé", flatten(preseries))

    assert 3 <= int(days) <= 11


def test_the_documents_it_names_are_there(told):
    named = re.findall(r"(?m)  ([\w/]+\.md)$", told)

    assert named == [
        "README.md",
        "docs/teleservice.md",
        "docs/preserie.md",
        "docs/exploitation.md",
    ]
    assert all((REPOSITORY / name).is_file() for name in named)


def test_no_line_is_wider_than_80_columns(told):
    wide = [line for line in told.splitlines() if len(line) > 80]

    assert [line for line in wide if not line.endswith(".pdf")] == []  # whoever names a folder


def test_a_file_gets_no_colour(told):
    assert "\x1b" not in told
    assert "\r" not in told


def test_one_blank_line_at_most_parts_what_is_told(told):
    visible = re.sub(r"(?m)^ {6}[ ▀▄█]{29}$", "QR", told)

    assert "\n\n\n" not in visible


def test_french_is_set_with_narrow_spaces(told):
    prose = re.sub(r"(?m)^ {6}[ ▀▄█]{29}$", "", told)

    assert re.findall(r".{12} [;:?!»].{5}", prose) == []
    assert re.findall(r"« .{12}", prose) == []
    assert "'" not in prose


def test_a_scanner_reads_the_number_in_what_was_printed(told):
    lines = told.splitlines()
    beneath = next(
        rank for rank, line in enumerate(lines) if re.fullmatch(r" +(?:\w{4} ){4}\w\w *", line)
    )
    drawing = [line[6:] for line in lines[beneath - 15 : beneath]]
    rows = [
        b"".join(bytes([DARK[character][half]]) * PIXELS for character in line)
        for line in drawing
        for half in (0, 1)
        for _ in range(PIXELS)
    ]
    picture = memoryview(b"".join(rows)).cast("B", (len(rows), len(rows[0])))

    [found] = zxingcpp.read_barcodes(picture, try_invert=False)

    assert found.text == lines[beneath].replace(" ", "")
    assert f"Le QR code dit {found.text}" in told
    assert {len(line) for line in drawing} == {21 + 2 * QUIET}


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_without_exit_the_service_stays_until_it_is_ended(ending, tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "ordonnance", "demo"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        told = ""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "Ctrl-C" not in told and time.monotonic() < deadline:
            told += process.stdout.readline()
        [consult] = re.findall(r"'(http://\S+/\$consult)'", told)
        page, board, *trials, public, pilot = re.findall(r"(?m)^ {8}(http://\S+)$", told)
        with httpx2.Client(trust_env=False) as http:
            home, nobody = http.get(page), http.get(consult)
            unnamed = [http.get(address).status_code for address in (board, *trials)]
            come_in = {"compte": "Cnam, suivi des préséries", "vers": "/portail"}
            shown = [http.get(public), http.get(pilot), http.post(f"{page}connexion", data=come_in)]
            named = [http.get(address).status_code for address in (board, *trials)]
        process.send_signal(ending)
        rest, errors = process.communicate(timeout=PATIENCE_SECONDS)

    assert "Démonstration" in home.text
    assert (home.status_code, nobody.status_code) == (200, 401)
    assert unnamed == [303] * 5
    assert named == [200] * 5
    assert [one.status_code for one in shown] == [200, 200, 303]
    assert "Alba LGO" in shown[0].text
    assert "Pharmacie du Phare" in shown[1].text
    assert (process.returncode, errors) == (0, "")
    assert rest == "\n   Le service est arrêté, la base est effacée.\n"
    assert list(tmp_path.iterdir()) == []
