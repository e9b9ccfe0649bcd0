"""The pages of a pilot, by HTTP: who finds them, what a form of the questionnaire leaves."""

from hashlib import sha256
import re
from urllib.parse import urlencode

import pytest

from api.preseries import CNAM, GIE, VENDOR, a_pilot, get, open_preserie, tell
from api.services import running
from builders import a_number
from ordonnance.portail.questionnaire import Draft, read_draft, write_draft
from pilots import write_link
from portail.test_portal import FORM
from preserie_stories import AMS, DRAW, INSTALLED, PLANNED, SHARE, anomaly, answer, say

AM = AMS[0]
FILLED = Draft(
    marks={"consult": 4, "execute": 5, "correct": 1, "undo": None},
    overall=4,
    is_brake=True,
    lifted_by="Un lecteur 2D",
)


@pytest.fixture
def service(fresh_sqlite):
    with running(fresh_sqlite) as one:
        yield one


@pytest.fixture
def name(service):
    return open_preserie(service, *INSTALLED)


def page(service, path, claims=None, **headers):
    if claims is not None:
        headers["Cookie"] = f"ordonnance_session={service.token(claims)}"
    path, _, query = path.partition("?")
    return service.send("GET", path, query=query, **headers)


def post(service, path, draft=None, **said):
    cookie = {} if draft is None else {"Cookie": f"ordonnance_brouillon={write_draft(draft)}"}
    body = urlencode(said).encode()
    path, _, query = path.partition("?")
    return service.send("POST", path, query=query, body=body, Content_Type=FORM, **cookie)


def events(service, name):
    """What the présérie says of the pilot's answers and anomalies."""
    bilan = tell(service, name, DRAW).json["bilan"]
    return bilan["criteria"][4]["detail"], bilan["criteria"][1]["detail"]


def test_a_link_opens_its_own_pages_alone(service, name):  # PRE-50, PRE-75
    other = write_link(service.settings, "0" * 16, AM)
    stranger = write_link(service.settings, name, "999999999")

    assert page(service, write_link(service.settings, name, AM)).status_code == 200
    assert page(service, other).status_code == 404
    assert page(service, stranger).status_code == 404
    assert page(service, "/p/abc").status_code == 401
    assert "Demandez-en un autre" in page(service, "/p/abc").text


@pytest.mark.parametrize("claims", [CNAM, GIE])
def test_the_page_of_a_pharmacy_is_for_pharmacies(service, name, claims):  # PRE-75
    assert page(service, f"/portail/preseries/{name}/pharmacie", claims).status_code == 404


def test_a_pharmacy_with_a_token_is_sent_to_its_own_page(service, name):  # PRE-75
    answered = page(service, f"/portail/preseries/{name}", a_pilot(AM))

    assert answered.status_code == 303
    assert answered.headers["location"] == f"/portail/preseries/{name}/pharmacie"
    assert page(service, answered.headers["location"], a_pilot(AM)).status_code == 200


def test_a_pilot_is_not_told_who_the_others_are(service, name):  # PRE-94
    own, base = a_pilot(AM), f"/portail/preseries/{name}"
    closed = ("pharmacies", "planning", "report_anomaly")
    read = [page(service, f"{base}/{place}", own) for place in (*closed, "anomalies")]
    cookie = f"ordonnance_session={service.token(own)}"
    sent = [
        service.send("POST", f"{base}/{one}", body=b"verb=x", Cookie=cookie, Content_Type=FORM)
        for one in closed
    ]

    assert [one.status_code for one in read] == [404, 404, 404, 200]
    assert [one.status_code for one in sent] == [404, 404, 404]
    assert f'href="{base}/pharmacie/difficulte"' in read[-1].text
    assert not [am for am in AMS if am != AM for one in (*read, *sent) if am in one.text]


def test_what_others_said_of_the_same_difficulty_is_not_shown(service, name):  # PRE-75
    told = (
        anomaly("A1", by=f"pilot:{AM}", am=AM) | {"text": "Chez nous"},
        anomaly("A1", by=f"pilot:{AMS[1]}", am=AMS[1]) | {"text": "À la pharmacie du Beffroi"},
        anomaly("A1", by="cpam:33") | {"text": "Signalé par téléphone"},
    )
    for event in told:
        assert tell(service, name, event).status_code == 201

    text = page(service, write_link(service.settings, name, AM)).text
    assert "Chez nous" in text
    assert "Signalée aussi ailleurs." in text
    assert "Beffroi" not in text
    assert "Signalé par téléphone" in text


def test_the_verdicts_are_there_once_shared_with_pilots(service, name):  # PRE-75
    address = write_link(service.settings, name, AM)
    tell(service, name, DRAW)
    assert "partagé avec vous" not in page(service, address).text

    tell(service, name, SHARE)

    text = page(service, address).text
    assert "partagé avec vous" in text
    assert len(re.findall("Non atteint", text)) == 5  # nothing was measured


def test_a_filled_draft_is_one_event(service, name):  # PRE-73, PRE-74
    address = f"{write_link(service.settings, name, AM)}/questionnaire"
    said = {"question": "send", "key": "k1", "text": "Bien", "user": "titulaire"}

    answers = [post(service, address, FILLED, **said) for _ in range(2)]

    assert [one.headers["location"] for one in answers] == [f"{address}?fait=reponse"] * 2
    assert "ordonnance_brouillon=;" in answers[0].headers["set-cookie"].replace('""', "")
    detail, _ = events(service, name)
    assert detail["answers"] == 1
    assert detail["answers_replaced"] == 0
    assert detail["brakes"] == [
        {"am": AM, "user": "titulaire", "text": "Bien", "lifted_by": "Un lecteur 2D"}
    ]
    assert [(one["value"], one["not_used"]) for one in detail["operations"]] == [
        (4.0, 0),
        (5.0, 0),
        (1.0, 0),
        (None, 1),
    ]


def test_a_new_answer_of_the_same_user_replaces_the_first(service, name):  # PRE-74
    tell(service, name, answer(0, 1, brake=True, user="titulaire"))
    address = f"{write_link(service.settings, name, AM)}/questionnaire"
    rank = len(INSTALLED) + 1
    begun = post(service, address, **{"from": str(rank)})
    kept = re.search("ordonnance_brouillon=([^;]+)", begun.headers["set-cookie"])[1]
    draft = read_draft(kept.strip('"'))
    assert (draft.overall, draft.is_brake, draft.user) == (1, True, "titulaire")

    lifted = Draft(marks=FILLED.marks, overall=4, is_brake=False, user="titulaire")
    post(service, address, lifted, question="send", key="k2", text="", user="titulaire")

    detail, _ = events(service, name)
    assert (detail["answers"], detail["answers_replaced"], detail["brakes"]) == (1, 1, [])


def test_an_unfinished_draft_is_not_sent(service, name):  # PRE-74
    address = f"{write_link(service.settings, name, AM)}/questionnaire"
    half = Draft(marks={"consult": 4})

    refused = post(service, address, half, question="send", key="k1", text="", user="")

    assert refused.headers["location"] == f"{address}?question=execute"
    assert events(service, name)[0]["answers"] == 0


def test_what_tells_who_was_treated_is_not_taken(service, name):  # PRE-74, PRE-76
    home = write_link(service.settings, name, AM)
    text = f"Ordonnance {a_number()} illisible"

    said = {"question": "send", "key": "k1", "text": text, "user": ""}
    answered = post(service, f"{home}/questionnaire", FILLED, **said)
    reported = post(
        service, f"{home}/difficulte", key="k2", operation="execute", text=text, blocking="oui"
    )

    assert (answered.status_code, reported.status_code) == (422, 422)
    assert "Retirez-le" in answered.text
    assert "Retirez-le" in reported.text
    answers, anomalies = events(service, name)
    assert answers["answers"] == 0
    assert anomalies["obstacles"] == []


def test_the_questionnaire_waits_for_the_installation(service):  # PRE-74
    name = open_preserie(service, *PLANNED)
    address = f"{write_link(service.settings, name, AM)}/questionnaire"

    assert "s’ouvrira le jour de votre installation" in page(service, address).text
    posted = post(service, address, FILLED, question="send", key="k1", text="", user="")
    assert posted.status_code == 200
    assert get(service, f"/preseries/{name}").json["step"] == "install"


def test_an_answer_ends_with_the_trial(service, name):  # PRE-74
    tell(service, name, say("close", reason="Module refait"))
    address = f"{write_link(service.settings, name, AM)}/questionnaire"

    assert "les réponses ne changent plus" in page(service, address).text


def test_a_difficulty_has_a_name_of_its_own_and_is_told_once(service, name):  # PRE-76
    address = f"{write_link(service.settings, name, AM)}/difficulte"
    tell(service, name, anomaly("A1", by=f"pilot:{AMS[1]}", am=AMS[1]))
    said = {"key": "k1", "operation": "undo", "text": "Tourne sans fin", "blocking": "oui"}

    answers = [post(service, address, **said) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    _, detail = events(service, name)
    assert [(one["anomaly"], one["operation"]) for one in detail["obstacles"]] == [
        ("A1", "execute"),
        ("A2", "undo"),
    ]
    assert [one["to_qualify"] for one in detail["obstacles"]] == [True, True]


def test_a_difficulty_of_others_cannot_be_added_to(service, name):  # PRE-76
    tell(service, name, anomaly("A1", by=f"pilot:{AMS[1]}", am=AMS[1]))
    address = f"{write_link(service.settings, name, AM)}/difficulte?encore=A1"

    assert page(service, address).status_code == 404
    said = {"key": "k1", "operation": "undo", "text": "x", "blocking": "oui"}
    assert post(service, address, **said).status_code == 404


def test_no_page_is_kept_and_no_address_goes_elsewhere(service, name):  # PRE-75
    answered = page(service, write_link(service.settings, name, AM))

    assert answered.headers["cache-control"] == "no-store"
    assert answered.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("cookie", ["", "é", "AAAA", "eJw=", write_draft(FILLED)[:-8]])
def test_a_cookie_that_holds_no_draft_is_an_empty_one(cookie):  # PRE-74
    assert read_draft(cookie) == Draft()


def test_the_kit_is_read_from_the_page_and_nothing_else_is(service, name):  # PRE-75
    home = write_link(service.settings, name, AM)
    digests = []
    for item, content in (("kit_manual", b"%PDF-1.7 manual"), ("training_terms", b"terms")):
        digest = sha256(content).hexdigest()
        digests.append(digest)
        kept = service.send(
            "PUT",
            f"/preseries/{name}/documents/{digest}",
            token=service.token(VENDOR),
            body=content,
            query=f"name={item}.pdf",
            Content_Type="application/pdf",
        )
        assert kept.status_code == 201, kept.text
        document = {"name": f"{item}.pdf", "sha256": digest}
        assert tell(service, name, say("supply", item=item, document=document)).status_code == 201

    links = re.findall(f"{home}/documents/([0-9a-f]+)", page(service, home).text)
    assert links == digests[:1]
    answered = page(service, f"{home}/documents/{digests[0]}")
    assert answered.content == b"%PDF-1.7 manual"
    assert answered.headers["content-disposition"] == 'attachment; filename="kit_manual.pdf"'
    assert page(service, f"{home}/documents/{digests[1]}").status_code == 404
