"""What pages of evidence tell to whom, over the real application: roles, files, nobody's health."""

from datetime import timedelta
import json
from urllib.parse import urlencode

import pytest

from api.papers import regret
from api.preseries import CNAM, GIE, OPERATOR, VENDOR, a_caisse, a_pilot, open_preserie, tell
from api.proofs import AM, BERYL, KEY, bill, execute, send
from api.services import running
from lots import a_lot, a_piece, an_invoice, send_lot
from ordonnance.portail.mark import say_gap, say_span
from ordonnance.simulation.population import ANNE
from preserie_stories import AMS, INSTALLED, anomaly, say
from traces import a_trace

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def pilot(fresh_sqlite):
    """A téléservice whose présérie is installed, its traces as préséries say."""
    with running(fresh_sqlite, expects=None) as service:
        service.preserie = open_preserie(service, *INSTALLED)
        yield service


def get(service, path, claims=GIE, query=""):
    cookie = f"ordonnance_session={service.token(claims)}"
    return service.send("GET", f"/portail/{path}", query=query, Cookie=cookie)


def post(service, path, claims=GIE, **said):
    cookie = f"ordonnance_session={service.token(claims)}"
    body = urlencode(said, doseq=True).encode()
    return service.send("POST", f"/portail/{path}", body=body, Cookie=cookie, Content_Type=FORM)


def stop_wrongly(service, am):
    lot = a_lot(
        an_invoice(a_piece("STOPPED")), am=am, closed_at="2026-11-20T18:00:00Z", lot=f"lot-{am}"
    )
    send_lot(service, lot, claims=a_pilot(am))


def test_who_watches_traces_sees_their_own_sites(pilot):  # PST-14
    send(pilot, a_trace(), am="752100008")

    assert "752100008" in get(pilot, "traces").text
    assert "752100008" not in get(pilot, "traces", VENDOR).text
    assert AMS[4] in get(pilot, "traces", VENDOR).text
    assert AMS[4] not in get(pilot, "traces", BERYL).text
    assert get(pilot, "traces", a_caisse("33")).status_code == 403


def test_a_site_that_never_sent_says_so(pilot):  # PST-14
    page = get(pilot, "traces").text

    assert page.count("Aucun poste n’a encore rien envoyé.") == 5


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "heure non dite"),
        (0.4, "à l’heure"),
        (75.0, "1 min de retard"),
        (-3.0, "3 s d’avance"),
    ],
)
def test_the_clock_of_a_workstation_is_told(seconds, said):  # PST-14
    assert say_gap(seconds).replace("\u202f", " ") == said


def test_a_word_leads_to_its_page_whatever_it_holds(pilot):  # PST-15
    word = "a/b?c%20é&d"
    answer = post(pilot, "traces", mot=f"  {KEY} ")
    odd = post(pilot, "traces", mot=word)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/portail/traces/{KEY}")
    assert odd.headers["location"] == "/portail/traces/a%2Fb%3Fc%2520%C3%A9%26d"


def test_a_key_that_holds_a_stroke_is_found(pilot):  # PST-15
    execute(pilot, key="caisse 1/vente 7")

    page = get(pilot, "traces/caisse%201/vente%207")

    assert page.status_code == 200
    assert "caisse 1/vente 7" in page.text


def test_a_number_of_somebody_is_neither_sought_nor_repeated(pilot):  # PST-15
    number = execute(pilot).value
    for word in (number, ANNE.ins.value):
        answer = post(pilot, "traces", mot=word)

        assert answer.status_code == 422
        assert "Rien n’a été cherché" in answer.text
        assert word not in answer.text
        assert word not in get(pilot, f"traces/{word}").text


def test_an_identifier_drawn_at_random_is_sought_whatever_it_looks_like(pilot):  # PST-15
    drawn = "27903512-1518-9890-9d3e-2f6f5b1f7a10"
    assert ANNE.ins.value in drawn.replace("-", "")

    assert post(pilot, "traces", mot=drawn).status_code == 303


@pytest.mark.parametrize("word", ["", "x" * 65])
def test_what_is_no_name_is_not_sought(pilot, word):  # PST-15
    answer = post(pilot, "traces", mot=word)

    assert answer.status_code == 422
    assert "Donnez le nom d’une trace" in answer.text


def test_a_call_tells_nobody_s_health_and_a_vendor_no_other_vendor(pilot):  # PST-15
    number = execute(pilot)
    send(pilot, a_trace(command=KEY))
    bill(pilot, number)

    page = get(pilot, f"traces/{KEY}")

    assert page.status_code == 200
    for secret in (number.value, ANNE.ins.value, "amoxicilline"):
        assert secret.lower() not in page.text.lower()
    assert get(pilot, f"traces/{KEY}", VENDOR).status_code == 200
    assert get(pilot, f"traces/{KEY}", BERYL).status_code == 404
    assert get(pilot, f"traces/{KEY}", a_pilot(AMS[1])).status_code == 404


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "La base et le poste s’accordent."),
        ({"resultat": "TIMEOUT", "http_status": None}, "La base l’a, et le poste ne l’a pas su."),
    ],
)
def test_what_base_and_workstation_know_is_compared(pilot, said, sentence):  # PST-15
    execute(pilot)
    send(pilot, a_trace(command=KEY, **said))

    assert sentence in get(pilot, f"traces/{KEY}").text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Le poste l’a vue aboutir, et la base n’en a rien"),
        ({"operation": "consult", "command": None}, "la trace fait foi"),
        ({"resultat": "REFUS_METIER", "http_status": 409}, "La demande a été refusée"),
        ({"resultat": "TIMEOUT", "http_status": None}, "Ni la base ni le poste"),
    ],
)
def test_what_the_base_does_not_have_is_told_as_it_was_seen(pilot, said, sentence):  # PST-15
    send(pilot, a_trace("seule", **{"command": "absente", **said}))

    assert sentence in get(pilot, "traces/seule").text


def test_a_piece_owed_since_is_told_then_and_now(pilot):  # PST-15
    number = execute(pilot)
    bill(pilot, number)
    undo(pilot, number)

    page = get(pilot, f"traces/{KEY}").text

    assert page.index("à raison") < page.index("annulée") < page.rindex("arrêtée à tort")
    assert "L’exécution a été annulée" in page


def undo(service, number):
    service.clock.advance(minutes=5)
    service.act(number, "undo", regret(number), claims=a_pilot(AM), key="regret")


def test_calls_are_filtered_and_given_as_a_file(pilot):  # PRE-84
    send(pilot, a_trace("t1", editeur="Alba"), a_trace("t2", command="autre", editeur="Beryl"))
    place = f"preseries/{pilot.preserie}/appels"

    assert get(pilot, place).text.count("/portail/traces/t") == 2
    assert get(pilot, place, VENDOR).text.count("/portail/traces/t") == 1
    assert "Aucun appel ne répond" in get(pilot, place, query="outcome=recorded").text
    file = get(pilot, f"{place}.csv", query="operation=execute")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="appels.csv"' in file.headers["content-disposition"]
    assert file.headers["cache-control"] == "no-store"
    assert file.text.count("\r\n") == 3
    assert get(pilot, place, query="outcome=oui").status_code == 400


def test_calls_are_open_to_who_reads_the_preserie(pilot):  # PRE-84
    send(pilot, a_trace("t1", editeur="Alba"))
    place = f"preseries/{pilot.preserie}/appels"

    assert get(pilot, place, BERYL).status_code == 404
    for claims in (a_caisse("33"), OPERATOR):
        page = get(pilot, place, claims)
        assert "t1" in page.text
        assert "/portail/traces/t1" not in page.text


def test_the_sheet_is_open_to_who_may_read_it(pilot):  # SCOR-16
    place = f"preseries/{pilot.preserie}/scor"
    stop_wrongly(pilot, AMS[0])
    stop_wrongly(pilot, AMS[3])

    assert [get(pilot, place, one).status_code for one in (GIE, CNAM, VENDOR)] == [200, 200, 200]
    assert [get(pilot, place, one).status_code for one in (BERYL, a_caisse("44"))] == [404, 404]
    assert [get(pilot, place, one).status_code for one in (OPERATOR, a_pilot(AM))] == [403, 403]
    assert '/scor"' not in get(pilot, f"preseries/{pilot.preserie}", OPERATOR).text
    theirs = get(pilot, place, a_caisse("38")).text
    assert f"lot-{AMS[3]}" in theirs
    assert f"lot-{AMS[0]}" not in theirs


def test_the_sheet_is_given_as_a_file(pilot):  # SCOR-16
    stop_wrongly(pilot, AM)

    file = get(pilot, f"preseries/{pilot.preserie}/scor.csv")

    assert file.text.startswith("\ufeffN° AM;Pharmacie;Lot;")
    assert f"{AM};Pharmacie 0;lot-{AM};" in file.text


def test_a_check_is_told_by_who_may_and_says_what_is_wrong(pilot):  # SCOR-17
    place = f"preseries/{pilot.preserie}/scor"
    said = {"key": "k1", "conform": "non", "am": [AMS[0], AMS[1]]}

    mute = post(pilot, place, **said)
    refused = post(pilot, place, VENDOR, **said, text="Tout va bien.")
    told = post(pilot, place, **said, text="Lot du 20 : pas de preuve.")

    assert (mute.status_code, refused.status_code, told.status_code) == (422, 403, 303)
    page = get(pilot, place).text
    assert "Lot du 20 : pas de preuve." in page
    assert "Tout va bien." not in page
    assert page.index("non conforme") < page.index("Pharmacie 0, Pharmacie 1")


def test_a_caisse_has_a_page_and_nobody_else(pilot):  # PRE-85
    for claims in (GIE, VENDOR, OPERATOR, a_pilot(AM)):
        assert get(pilot, "caisse", claims).status_code == 404
    page = get(pilot, "caisse", a_caisse("38")).text
    assert page.count('class="card"') == 2
    assert AMS[0] not in page


def test_the_calendar_of_a_caisse_is_one_step_away(pilot):  # PRE-85
    page = get(pilot, "caisse", a_caisse("33")).text

    address = page.partition("/agenda/")[2].partition('"')[0]
    feed = pilot.send("GET", f"/agenda/{address}")
    assert feed.text.startswith("BEGIN:VCALENDAR")
    assert AMS[0] in feed.text
    assert AMS[3] not in feed.text


def test_what_a_caisse_has_to_ask_for_is_of_its_department(pilot):  # SCOR-18
    for am in (AMS[0], AMS[3]):
        stop_wrongly(pilot, am)

    page = get(pilot, "caisse", a_caisse("38")).text
    file = get(pilot, "caisse/arrets.csv", a_caisse("38")).text

    assert f"lot-{AMS[3]}" in page
    assert f"lot-{AMS[0]}" not in page
    assert file.startswith("\ufeffN° AM;Pharmacie;Lot;")
    assert file.count("\r\n") == 2
    assert f"{AMS[3]};Pharmacie 3;lot-{AMS[3]};" in file
    assert get(pilot, "caisse/arrets.csv", GIE).status_code == 404


def test_a_caisse_asks_for_the_pieces_of_its_pharmacies_whatever_their_number(pilot):  # PRE-95
    corsican = "202000016"  # as those of 2A and 2B begin: no department does
    story = json.loads(json.dumps(INSTALLED).replace(AMS[0], corsican))
    tell(pilot, pilot.preserie, say("close", reason="Recommencée"))
    open_preserie(pilot, *story)
    stop_wrongly(pilot, corsican)

    files = [get(pilot, "caisse/arrets.csv", a_caisse(code)).text for code in ("33", "38")]

    assert [f"lot-{corsican}" in one for one in files] == [True, False]


def test_a_caisse_sees_the_anomalies_of_its_pharmacies_and_its_own(pilot):  # PRE-85
    tell(pilot, pilot.preserie, anomaly("A1", by=f"pilot:{AMS[0]}", am=AMS[0]))
    tell(pilot, pilot.preserie, anomaly("A2", by=f"pilot:{AMS[3]}", am=AMS[3]))
    tell(pilot, pilot.preserie, anomaly("A3", by="cpam:38"))

    page = get(pilot, "caisse", a_caisse("38")).text

    assert [f"<strong>{one}</strong>" in page for one in ("A1", "A2", "A3")] == [False, True, True]


DIFFICULTY = {
    "operation": "execute",
    "text": "L’écran se fige.",
    "blocking": "oui",
    "intrinsic": "non",
}


def report(service, am, *, key, claims=None, **said):
    pharmacy = f"{service.preserie}.{am}"
    return post(
        service,
        "caisse/difficulte",
        claims or a_caisse("33"),
        **{"key": key, "pharmacie": pharmacy, **DIFFICULTY, **said},
    )


def test_two_difficulties_left_as_proposed_are_two_anomalies(pilot):  # PRE-85
    proposed = {"anomaly": "A1", "proposed": "A1"}
    answers = [report(pilot, AMS[0], key=key, **proposed) for key in ("k1", "k2", "k2")]

    assert [one.status_code for one in answers] == [303, 303, 303]
    page = get(pilot, "caisse", a_caisse("33")).text
    assert "<strong>A2</strong>" in page
    assert "<strong>A3</strong>" not in page


def test_a_difficulty_named_adds_to_the_one_it_names(pilot):  # PRE-85
    report(pilot, AMS[0], key="k1")
    report(pilot, AMS[0], key="k2", anomaly="A1", proposed="A2", text="Encore.")

    page = get(pilot, "caisse", a_caisse("33")).text

    assert "Encore." in page
    assert "<strong>A2</strong>" not in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"text": f"Madame {ANNE.ins.value}"}, "semble porter un numéro d’ordonnance ou un INS"),
        ({"text": "", "operation": ""}, "Ce qui se passe : à remplir."),
        ({"pharmacie": "ailleurs.382000012"}, "choisissez l’une de celles de votre CPAM"),
    ],
)
def test_a_difficulty_that_cannot_be_told_is_not(pilot, said, sentence):  # PRE-85
    answer = report(pilot, AMS[0], key="k1", **said)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Aucune difficulté n’est signalée" in get(pilot, "caisse", a_caisse("33")).text


def test_a_caisse_reports_of_its_own_pharmacies_alone(pilot):  # PRE-85
    assert report(pilot, AMS[3], key="k1").status_code == 422
    assert report(pilot, AMS[0], key="k1", claims=CNAM).status_code == 404


def test_what_was_given_up_is_told_no_more(pilot):  # PRE-85
    tell(pilot, pilot.preserie, say("close", by="vendor", reason="Arrêt"))

    assert report(pilot, AMS[0], key="k1").status_code == 422
    page = get(pilot, "caisse", a_caisse("33")).text
    assert "présérie finie" in page


@pytest.mark.parametrize(("seconds", "said"), [(59, "59 s"), (3599, "59 min"), (172_800, "2 j")])
def test_a_span_is_told_in_its_greatest_unit(seconds, said):  # PST-14
    assert say_span(timedelta(seconds=seconds)).replace("\u202f", " ") == said
