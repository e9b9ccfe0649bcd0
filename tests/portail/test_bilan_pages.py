"""The bilan over HTTP: who reads which, its files, the hash that anybody computes, signatures."""

import json
import re
from urllib.parse import urlencode

from click.testing import CliRunner
import pypdfium2
import pytest

from api.preseries import CNAM, GIE, OPERATOR, VENDOR, a_caisse, a_pilot, open_preserie, tell
from api.services import running
from bilan_stories import BEFORE, DRAW, DRAWN, NAMES
from ordonnance.cli.main import cli
from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.portail.bilan_share import read_share
from ordonnance.usecases.link import Invited, Links
from portail.test_home import Page as Read
from preserie_stories import AMS, say
from traces import a_trace, write_lines

FORM = "application/x-www-form-urlencoded"
OTHERS = ["gie", "cpam:33", "cpam:38", "profession:FSPF"]
SECOND = {**DRAW, "at": "2026-03-20T09:00:00+01:00"}
FOUR = ("bilan.pdf", "bilan.csv", "bilan-mesures.csv", "bilan.json")
FILE_NAMES = [f"bilan-alba-2026-03-02{end}" for end in (".pdf", ".csv", "-mesures.csv", ".json")]


@pytest.fixture
def service(fresh_sqlite):
    with running(fresh_sqlite) as one:
        yield one


def get(service, path, claims=None, query=""):
    cookie = {} if claims is None else {"Cookie": f"ordonnance_session={service.token(claims)}"}
    return service.send("GET", path, query=query, **cookie)


def post(service, path, said, claims):
    cookie = f"ordonnance_session={service.token(claims)}"
    body = urlencode(said, doseq=True).encode()
    return service.send("POST", path, body=body, Content_Type=FORM, Cookie=cookie)


def digest_of(html):
    found = set(re.findall(r'<code class="digest">([0-9a-f]{64})</code>', html))
    assert len(found) == 1
    return found.pop()


def said_by_pdf(content):
    pages = (page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))
    return re.sub(r"\s|\u00ad|\ufffe|-", "", "".join(pages))


def replayed(path, lines):
    path.write_bytes(lines)
    result = CliRunner().invoke(cli, ["preserie", "bilan", "--file", str(path), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def send_traces(service):
    """Executions of two weeks, one of which was not recorded."""
    for rank, day in enumerate(("2026-11-10", "2026-11-17", "2026-11-18")):
        trace = a_trace(
            f"trace-{rank}",
            n_am=AMS[0],
            command=f"key-{rank}",
            horodatage_utc=f"{day}T08:00:00.000Z",
        )
        answer = service.send(
            "POST",
            "/traces",
            token=service.token(a_pilot(AMS[0])),
            body=write_lines(trace),
            Content_Type="application/jsonl",
        )
        assert answer.status_code == 200, answer.text


def test_the_hash_is_the_same_on_page_pdf_json_and_from_the_events(service, tmp_path):  # PRE-88
    name = open_preserie(service, *BEFORE)
    send_traces(service)
    assert tell(service, name, {"do": "draw_bilan", "by": "cnam"}).status_code == 201
    base = f"/portail/preseries/{name}"

    page = get(service, f"{base}/bilan", VENDOR)
    pdf, told = (get(service, f"{base}/bilan.{kind}", VENDOR) for kind in ("pdf", "json"))
    events = get(service, f"{base}/evenements.jsonl", VENDOR)
    again = replayed(tmp_path / "events.jsonl", events.content)

    digest = digest_of(page.text)
    assert told.json["content"] == digest
    assert digest in said_by_pdf(pdf.content)
    assert again == told.json
    assert b'"measured"' in events.content


def test_a_bilan_is_kept_as_it_was_when_the_next_was_drawn(service, tmp_path):  # PRE-86
    name = open_preserie(service, *DRAWN)
    base = f"/portail/preseries/{name}"
    first = digest_of(get(service, f"{base}/bilan", CNAM).text)
    said = {"key": "1", "stance": "sign", "content": first, "with": OTHERS}
    assert post(service, f"{base}/bilan", said, CNAM).status_code == 303
    tell(service, name, SECOND)

    earlier = get(service, f"{base}/bilan", CNAM, "n=1")
    events = get(service, f"{base}/evenements.jsonl", CNAM, "n=1")

    assert digest_of(earlier.text) == first
    assert "La Cnam a signé" in earlier.text
    assert "n’est plus le dernier" in earlier.text
    assert 'name="stance"' not in earlier.text
    assert replayed(tmp_path / "one.jsonl", events.content)["content"] == first
    last = get(service, f"{base}/bilan", CNAM).text
    assert digest_of(last) != first
    assert "La Cnam n’a pas signé" in last
    assert [get(service, f"{base}/bilan", CNAM, f"n={n}").status_code for n in "0123"] == [
        404,
        200,
        200,
        404,
    ]


def test_before_any_bilan_the_page_says_what_it_would_be(service):  # PRE-86
    name = open_preserie(service, *BEFORE)
    send_traces(service)

    text = get(service, f"/portail/preseries/{name}/bilan", VENDOR).text

    assert "Si le bilan était dressé maintenant" in text
    assert "81,7\u202f% (493 sur 603)" in text
    assert f'href="/portail/preseries/{name}/draw_bilan"' in text
    assert "digest" not in text
    # Weeks of readings told by hand, then the weeks in which what is measured happened.
    assert all(f'<th scope="row">{week}</th>' in text for week in ("23 févr.", "9 nov.", "16 nov."))
    assert "draw_bilan" not in get(service, f"/portail/preseries/{name}/bilan", GIE).text


@pytest.mark.parametrize(
    ("story", "claims", "words"),
    [
        (BEFORE[:20], CNAM, "Rien à mesurer encore"),
        ((*BEFORE, say("close", by="cnam", reason="Fin")), CNAM, "Aucun bilan n’a été dressé"),
        (DRAWN, a_pilot(AMS[0]), "Le bilan n’est pas encore partagé."),
    ],
)
def test_where_there_is_nothing_to_read_the_page_says_when(service, story, claims, words):  # PRE-86
    name = open_preserie(service, *story)

    answer = get(service, f"/portail/preseries/{name}/bilan", claims)

    assert answer.status_code == 200
    assert words in answer.text
    for file in FOUR:
        assert get(service, f"/portail/preseries/{name}/{file}", claims).status_code == 404


def test_files_are_named_after_software_and_day_and_kept_by_nobody(service):  # PRE-88
    name = open_preserie(service, *DRAWN)

    answers = [get(service, f"/portail/preseries/{name}/{file}", GIE) for file in FOUR]

    names = [one.headers["content-disposition"].partition("=")[2].strip('"') for one in answers]
    assert names == FILE_NAMES
    assert {one.headers["cache-control"] for one in answers} == {"no-store"}
    assert all(one.headers["content-disposition"].startswith("attachment") for one in answers)


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        (VENDOR, 200),
        (CNAM, 200),
        (GIE, 200),
        (OPERATOR, 200),
        (a_caisse("33"), 404),
        (a_pilot(AMS[0]), 404),
        ({"role": "vendor", "vendor": "Beryl"}, 404),
    ],
)
def test_events_are_for_who_sees_all_of_the_preserie(service, claims, status):  # PRE-88
    name = open_preserie(service, *DRAWN)

    answer = get(service, f"/portail/preseries/{name}/evenements.jsonl", claims)

    assert answer.status_code == status


def test_a_pilot_reads_it_once_shared_and_no_other_pharmacy(service):  # PRE-87
    name = open_preserie(service, *DRAWN)
    base = f"/portail/preseries/{name}"
    word = Links.derive(service.settings.demo_key).write(
        Invited(name, Party(PartyKind.PILOT, AMS[0]))
    )
    readers = [
        (f"/p/{word}", None),
        (base, a_pilot(AMS[0])),
        (f"{base}/pharmacie", a_pilot(AMS[0])),
    ]
    content = digest_of(get(service, f"{base}/bilan", CNAM).text)

    def share(*readers):
        said = {"key": f"{readers}", "stance": "sign", "content": content, "with": readers}
        assert post(service, f"{base}/bilan", said, CNAM).status_code == 303

    share(*OTHERS)
    unshared = [get(service, f"{place}/bilan", claims).text for place, claims in readers]
    share("pilots")
    pages = [get(service, f"{place}/bilan", claims) for place, claims in readers]
    pdfs = [get(service, f"{place}/bilan.pdf", claims).content for place, claims in readers]

    assert all("pas encore partagé" in one for one in unshared)
    others = (*NAMES[1:], *AMS[1:5])
    for page in pages:
        assert page.status_code == 200
        assert digest_of(page.text) == content
        assert NAMES[0] in page.text
        assert not [one for one in others if one in page.text]
        assert "evenements" not in page.text
        assert 'name="stance"' not in page.text
    for pdf in map(said_by_pdf, pdfs):
        assert NAMES[0].replace(" ", "") in pdf
        assert not [one for one in others if one.replace(" ", "") in pdf]


def test_what_was_drawn_again_is_not_signed(service):  # PRE-87
    name = open_preserie(service, *DRAWN)
    base = f"/portail/preseries/{name}"
    read = digest_of(get(service, f"{base}/bilan", CNAM).text)
    tell(service, name, SECOND)

    for said in ({"stance": "sign"}, {"stance": "disagree", "disagreement": "Trop haut."}):
        answer = post(
            service, f"{base}/bilan", {**said, "key": said["stance"], "content": read}, CNAM
        )

        assert answer.status_code == 409
        assert "Rien n’a été enregistré" in answer.text
    assert "La Cnam n’a pas signé" in get(service, f"{base}/bilan", CNAM).text


def test_signing_is_for_the_vendor_and_the_cnam(service):  # PRE-87
    name = open_preserie(service, *DRAWN)
    path = f"/portail/preseries/{name}/bilan"
    said = {"key": "1", "stance": "share", "with": OTHERS}

    answers = [
        post(service, path, said, one).status_code for one in (GIE, a_caisse("33"), OPERATOR)
    ]

    assert answers == [404, 404, 404]
    assert 'name="stance"' not in get(service, path, GIE).text


def test_two_who_read_the_same_both_sign(service):  # PRE-87
    name = open_preserie(service, *DRAWN)
    path = f"/portail/preseries/{name}/bilan"
    content = digest_of(get(service, path, CNAM).text)
    said = {"key": "1", "seen": "1", "stance": "sign", "content": content, "with": OTHERS}

    answers = [post(service, path, said, one).status_code for one in (CNAM, VENDOR)]

    assert answers == [303, 303]
    text = Read(re.sub("<(input|meta|link)[^>]*>", "", get(service, path, GIE).text)).text
    assert "Signé ensemble par l’éditeur et la Cnam" in text


def test_the_verb_leads_to_the_page_where_the_bilan_is_read(service):  # PRE-87
    name = open_preserie(service, *DRAWN)

    answer = get(service, f"/portail/preseries/{name}/share_bilan", VENDOR)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/portail/preseries/{name}/bilan#accord"


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ({"stance": ["sign"], "content": ["a"]}, {"with": ["vendor", "cnam"], "content": "a"}),
        (
            {"stance": ["share"], "with": ["gie"], "content": ["a"]},
            {"with": ["vendor", "cnam", "gie"]},
        ),
        (
            {"stance": ["disagree"], "content": ["a"], "disagreement": [" Non. "]},
            {"with": ["vendor", "cnam"], "content": "a", "disagreement": "Non."},
        ),
    ],
)
def test_what_the_form_says_is_an_event(said, event):  # PRE-87
    assert read_share(said) == ({"do": "share_bilan", **event}, [])


@pytest.mark.parametrize(
    "said",
    [
        {"stance": ["sign"], "disagreement": ["Non."]},
        {"stance": ["disagree"]},
        {"stance": ["?"]},
        {},
    ],
)
def test_one_signs_or_disagrees_not_both_nor_neither(said):  # PRE-87
    _, wrong = read_share(said)

    assert len(wrong) == 1
