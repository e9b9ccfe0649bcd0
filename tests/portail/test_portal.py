"""The pages where one is known: who comes in, what a form becomes, what other sites cannot do."""

import json
import re

import pytest

from api.preseries import CNAM, a_pilot, open_preserie
from api.services import running
from builders import NOW
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_event import Event
from ordonnance.domain.preserie_reading import EVENTS, read_line
from ordonnance.domain.preserie_words import VERBS
from ordonnance.portail.field import Kind, read_fields
from ordonnance.portail.forms import FORMS
from ordonnance.portail.page import French, open_environment
from ordonnance.portail.sign_in import read_towards

VENDOR = {"role": "vendor", "vendor": "Alba"}
FORM = "application/x-www-form-urlencoded"
SAID = {
    Kind.LINE: "Beryl",
    Kind.TEXT: "Beryl",
    Kind.DAY: "2026-11-23",
    Kind.NUMBER: "3",
    Kind.DECIMAL: "0,8",
    Kind.YES_NO: "oui",
}
CHOSEN = {
    "hour": "14:30",
    "market_share_percent": "0,8",
    "am": "332001239",
    "cpam": "33",
    "attendees": "vendor",
    "with": "vendor",
}
FIRST = {"do": "declare_vendor", "vendor": "Alba"}


@pytest.fixture
def service(fresh_sqlite):
    with running(fresh_sqlite) as one:
        yield one


def post(service, path, body, *, claims=None, **headers):
    sent = {"Content_Type": FORM, **headers}
    if claims is not None:
        sent["Cookie"] = f"ordonnance_session={service.token(claims)}"
    return service.send("POST", path, body=body.encode(), **sent)


def get(service, path, claims=None):
    cookie = {} if claims is None else {"Cookie": f"ordonnance_session={service.token(claims)}"}
    return service.send("GET", path, **cookie)


def fill(field):
    """What somebody types or ticks in a field, whatever the présérie offers."""
    offered = [value for value, _ in field.offer(Preserie())]
    return CHOSEN.get(field.name) or SAID.get(field.kind) or (offered or ["1"])[0]


@pytest.mark.parametrize("verb", FORMS)
def test_what_a_form_says_is_an_event_in_due_form(verb):  # PRE-72
    form = FORMS[verb]

    members, wrong = read_fields(form.fields, {one.name: [fill(one)] for one in form.fields})
    event = read_line(json.dumps({"do": verb, "at": NOW.isoformat(), **form.build(members)}))

    assert wrong == []
    assert isinstance(event, Event)
    assert type(event).verb == verb


def test_each_verb_that_somebody_tells_has_a_form():  # PRE-72
    others = {"traces", "scor", "covers", "answer_questionnaire", "supply", "set_modalities"}

    assert set(FORMS) == set(EVENTS) - others
    assert set(FORMS) <= set(VERBS)


@pytest.mark.parametrize("verb", FORMS)
def test_an_empty_form_says_all_that_is_missing(verb):  # PRE-72
    members, wrong = read_fields(FORMS[verb].fields, {})

    assert members == {}
    assert [one.name for one in wrong] == [one.name for one in FORMS[verb].fields if one.needed]


@pytest.mark.parametrize(
    ("kind", "said"),
    [(Kind.NUMBER, "trois"), (Kind.NUMBER, "-1"), (Kind.DECIMAL, "0,8,1"), (Kind.YES_NO, "peut")],
)
def test_what_cannot_be_read_is_said_with_what_was_expected(kind, said):  # PRE-72
    [field] = [one for one in FORMS["draw_bilan"].fields if one.name == "min_answers"]
    asked = type(field)(name="asked", label="Demandé", kind=kind)

    members, wrong = read_fields([asked], {"asked": [said]})

    assert members == {}
    assert wrong[0].sentence.startswith("Demandé : ")


def test_who_is_not_known_is_asked_who_they_are_then_goes_where_they_went(service):  # PRE-70
    answer = get(service, "/portail/ouvrir")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/connexion?vers=/portail/ouvrir"


@pytest.mark.parametrize("claims", [{"role": "prescriber", "rpps": "10001045367"}])
def test_who_has_no_business_there_is_told_so(service, claims):  # PRE-70
    answer = get(service, "/portail", claims)

    assert answer.status_code == 403
    assert "Votre rôle ne permet pas" in answer.text


def test_a_token_given_opens_a_session_that_scripts_cannot_read(service):  # PRE-70
    token = service.token(VENDOR)
    answer = post(service, "/connexion", f"jeton={token}&vers=/portail/ouvrir")

    cookie = answer.headers["set-cookie"]
    assert answer.headers["location"] == "/portail/ouvrir"
    assert cookie.startswith(f"ordonnance_session={token};")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_token_that_is_nobodys_opens_nothing(service):  # PRE-70
    answer = post(service, "/connexion", "jeton=abc")

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("said", "towards"),
    [
        (None, "/portail"),
        ("/portail/preseries/X", "/portail/preseries/X"),
        ("https://ailleurs.example/portail/", "/portail"),
        ("//ailleurs.example", "/portail"),
        ("/portail\\@ailleurs.example", "/portail"),
        ("/portailleurs", "/portail"),
        ("/portail/\\..", "/portail"),
    ],
)
def test_one_goes_nowhere_else_after_coming_in(said, towards):  # PRE-71
    assert read_towards(said) == towards


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://ailleurs.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_send_a_form(service, headers):  # PRE-71
    name = open_preserie(service, FIRST)
    body = "key=1&vendor=Alba"

    path = f"/portail/preseries/{name}/declare_vendor"
    refused = post(service, path, body, claims=VENDOR, **headers)
    ours = post(service, path, body, claims=VENDOR, Sec_Fetch_Site="same-origin")

    assert refused.status_code == 403
    assert ours.status_code == 303


@pytest.mark.parametrize(
    ("claims", "verb", "status"),
    [(CNAM, "close", 200), (CNAM, "enrol", 404), (VENDOR, "decide", 404), (VENDOR, "dance", 404)],
)
def test_a_form_is_there_for_who_may_tell_its_verb(service, claims, verb, status):  # PRE-72
    name = open_preserie(service, FIRST)

    assert get(service, f"/portail/preseries/{name}/{verb}", claims).status_code == status


def test_a_preserie_of_others_is_not_there(service):  # PRE-72
    name = open_preserie(service, FIRST)

    other = {"role": "vendor", "vendor": "Beryl"}
    assert get(service, f"/portail/preseries/{name}", other).status_code == 404
    assert get(service, f"/portail/preseries/{name}", a_pilot("332001239")).status_code == 404


def test_a_form_too_long_is_refused(service):  # PRE-72
    name = open_preserie(service, FIRST)

    answer = post(service, f"/portail/preseries/{name}/close", "x" * 300_000, claims=VENDOR)

    assert answer.status_code == 413


def test_no_line_of_a_page_begins_with_a_high_mark():
    environment = open_environment()
    source = "{% if a != b %}<p>Quoi ? « {{ a }} » : {{ a }} ; fin !</p>{% endif %}"

    bound = French(environment).preprocess(source, "essai.html")
    page = environment.from_string(bound).render(a="x ; y", b=1)

    assert page == ("<p>Quoi\u202f? «\u00a0x ; y\u00a0»\u00a0: x ; y\u202f; fin\u202f!</p>")


def test_who_comes_in_is_found_by_what_they_do_preseries_first(service):  # PRE-70
    page = get(service, "/connexion").text
    titles = re.findall(r'<h2 id="groupe-\d">(.*?)</h2>', page)
    names = re.findall(r'name="compte" value="(.*?)"', page)

    assert titles == [
        "Conduire une présérie",
        "Pharmacies pilotes d’Alba",
        "Pharmacies pilotes de Corail",
        "Exécuter, hors présérie",
    ]
    assert names[:5] == [
        "Cnam, suivi des préséries",
        "GIE SESAM-Vitale",
        "CPAM de la Gironde",
        "Alba",
        "Corail",
    ]
    assert "Dr Camille Modèle" not in page


@pytest.mark.parametrize("key", ["", "a%00b", "%C3%A9", "x" * 65])
def test_a_form_bears_a_key_as_a_request_does(service, key):  # PRE-93
    name = open_preserie(service, FIRST)

    answer = post(service, f"/portail/preseries/{name}/close", f"reason=x&key={key}", claims=VENDOR)

    assert answer.status_code == 400


@pytest.mark.parametrize("named", ["279035121518989", "2 79 03 51 215 189 89"])
def test_what_names_a_patient_is_not_taken(service, named):  # PRE-72
    name = open_preserie(service, FIRST)
    path = f"/portail/preseries/{name}/close"

    refused = post(service, path, f"key=1&reason=Dossier {named}", claims=VENDOR)
    other = post(service, path, "key=2&reason=Module refait", claims=VENDOR)

    assert refused.status_code == 422
    assert "désigne un patient" in refused.text
    assert "désigne un patient" not in other.text
