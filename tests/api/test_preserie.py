"""Préséries over HTTP on both engines: opened, told event by event, read, listed."""

from collections.abc import Iterator
import json

import pytest

from api.preseries import (
    CNAM,
    GIE,
    JSON,
    LINES,
    OPERATOR,
    VENDOR,
    a_caisse,
    a_pilot,
    get,
    open_preserie,
    post,
    refusal_of,
    tell,
)
from api.services import THE_PATIENT, Service, running
from bilan_stories import DRAWN, NAMES, WORDS
from ordonnance.domain.preserie_result import describe_replay
from ordonnance.simulation.population import DOCTOR
from preserie_stories import (
    AMS,
    AUTHORISED,
    DECLARED,
    DEPLOYED,
    DRAW,
    ENROLLED,
    OPEN,
    PLACED,
    RUNNING,
    SHARE,
    SUBMIT,
    a_pharmacy,
    a_software,
    anomaly,
    answer,
    play,
    say,
)

BERYL = {"role": "vendor", "vendor": "Beryl"}
BERYL_OPENED = (
    say("declare_vendor", vendor="Beryl"),
    a_software("Beryl LGO"),
    say("authorise", software="Beryl LGO", authority="CNDA", reference="R2"),
    say("open", software="Beryl LGO"),
    say("choose_cpam", cpam=["33"]),
)


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with running(database_url) as running_service:
        yield running_service


def open_beryl(service):
    result = post(service, "/preseries", BERYL_OPENED[:2], claims=BERYL)
    name = result.json["id"]
    for event in BERYL_OPENED[2:]:
        claims = CNAM if event["do"] == "authorise" else BERYL
        assert tell(service, name, event, claims=claims).status_code == 201
    return name


def test_a_preserie_told_by_http_is_the_one_of_a_file(service):  # PRE-43, PRE-46
    name = open_preserie(service, *DEPLOYED)

    result = get(service, f"/preseries/{name}")

    assert result.status_code == 200
    assert result.headers["cache-control"] == "no-store"
    assert result.headers["etag"] == f'"{len(DEPLOYED)}"'
    assert result.json == json.loads(json.dumps(describe_replay(play(*DEPLOYED))))
    assert (result.json["state"], result.json["refusals"]) == ("VALIDEE", [])


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (json.dumps(DECLARED).encode(), JSON),
        (json.dumps({"events": DECLARED}, indent=2).encode(), JSON),
        ("\n".join(map(json.dumps, DECLARED)).encode() + b"\n\n", LINES),
    ],
    ids=["array", "object", "lines"],
)
def test_several_events_open_a_preserie(service, body, kind):  # PRE-44
    result = post(service, "/preseries", body, Content_Type=kind)

    assert result.status_code == 201
    assert result.headers["location"] == f"/preseries/{result.json['id']}"
    assert (result.json["state"], result.json["step"]) == ("PREPARATION", "authorise")
    assert get(service, result.headers["location"]).headers["etag"] == '"2"'


def test_one_event_opens_a_preserie_and_may_leave_out_its_instant(service):  # PRE-44, PRE-45
    result = post(service, "/preseries", {"do": "declare_vendor", "vendor": "Alba", "at": None})

    assert result.status_code == 201
    assert result.json["step"] == "declare_software"


def test_events_that_open_are_recorded_all_or_none(service):  # PRE-44
    refused = post(service, "/preseries", [*DECLARED, OPEN])
    mistaken = post(service, "/preseries", AUTHORISED)

    assert refusal_of(refused) == (409, "NOT_AUTHORISED")
    assert refused.json["where"] == "line 3"
    assert refusal_of(mistaken) == (403, "ROLE_NOT_ALLOWED")
    assert mistaken.json["where"] == "line 3"
    assert get(service, "/preseries").json == {"preseries": []}
    assert service.ask("count(*) FROM preserie_event") == (0,)


def test_a_refused_event_changes_nothing_and_its_key_may_serve_again(service):  # PRE-44
    name = open_preserie(service, *ENROLLED[:-1])
    before = get(service, f"/preseries/{name}")

    refused = tell(service, name, SUBMIT, key="list")

    assert refusal_of(refused) == (409, "TOO_FEW_PARTICIPANTS")
    assert get(service, f"/preseries/{name}").json == before.json
    assert tell(service, name, ENROLLED[-1], key="list").status_code == 201


def test_a_repeated_request_gets_its_first_answer(service):  # PRE-44
    opened = post(service, "/preseries", list(DECLARED), key="same")
    name = opened.json["id"]
    told = tell(service, name, AUTHORISED[-1], key="same")
    tell(service, name, OPEN)
    body = json.dumps(AUTHORISED[-1]).encode()

    opened_again = post(service, "/preseries", list(DECLARED), key="same")
    told_again = post(service, f"/preseries/{name}/events", body, claims=CNAM, key="same")

    assert opened_again.json == opened.json
    assert told_again.json == told.json
    assert [one.status_code for one in (opened_again, told_again)] == [201, 201]
    assert {one.headers["idempotent-replayed"] for one in (opened_again, told_again)} == {"true"}
    assert "idempotent-replayed" not in told.headers
    assert service.ask("count(*) FROM preserie_event") == (4,)


def test_a_key_serves_one_body_and_one_sender(service):  # PRE-44
    name = open_preserie(service, *PLACED)
    tell(service, name, a_pharmacy(0), key="k")

    reused = tell(service, name, a_pharmacy(1), key="k")
    opened = post(service, "/preseries", [DECLARED[0]], key="o")
    opened_otherwise = post(service, "/preseries", list(DECLARED), key="o")

    assert refusal_of(reused) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert refusal_of(opened_otherwise) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert opened.status_code == 201
    assert tell(service, name, anomaly(by="gie"), key="k").status_code == 201
    assert refusal_of(tell(service, name, SUBMIT, key=None)) == (400, "IDEMPOTENCY_KEY_MISSING")


def test_who_saw_an_older_preserie_is_told(service):  # PRE-44
    name = open_preserie(service, *PLACED)
    seen = get(service, f"/preseries/{name}").headers["etag"]

    first = tell(service, name, a_pharmacy(0), If_Match=seen)
    second = tell(service, name, a_pharmacy(1), If_Match=seen)

    assert first.status_code == 201
    assert refusal_of(second) == (409, "PRESERIE_CHANGED")
    assert tell(service, name, a_pharmacy(1), If_Match=first.headers["etag"]).status_code == 201
    assert tell(service, name, a_pharmacy(2), If_Match="*").status_code == 201
    assert refusal_of(tell(service, name, a_pharmacy(3), If_Match="W/x"))[1] == "PRESERIE_CHANGED"


def test_the_token_says_who_speaks(service):  # PRE-45
    name = open_preserie(service, *RUNNING)
    known = answer(0, by=f"pilot:{AMS[0]}")
    path = f"/preseries/{name}/events"

    cases = [
        (post(service, path, DRAW, claims=GIE), "la Cnam"),
        (post(service, path, DRAW | {"by": "cnam"}, claims=VENDOR), "la Cnam"),
        (post(service, path, known, claims=a_pilot(AMS[1])), AMS[0]),
        (post(service, path, answer(0), claims=a_pilot(AMS[1])), AMS[0]),
        (post(service, path, DRAW, claims=OPERATOR), "éditeur"),
        (post(service, "/preseries", [DECLARED[0]], claims=CNAM), "éditeur"),
        (post(service, "/preseries", [DECLARED[0]], claims=BERYL), "Alba"),
        (post(service, path, a_software("X", vendor="Beryl")), "Beryl"),
    ]

    for result, allowed in cases:
        assert refusal_of(result) == (403, "ROLE_NOT_ALLOWED")
        assert allowed in result.json["sentence"]
    assert post(service, path, known, claims=a_pilot(AMS[0])).status_code == 201
    assert post(service, path, DRAW | {"by": "cnam"}, claims=CNAM).status_code == 201


def test_who_speaks_comes_before_the_form(service):  # PRE-45
    name = open_preserie(service, *DECLARED)
    path = f"/preseries/{name}/events"

    assert refusal_of(post(service, path, {"do": "decide"}))[1] == "ROLE_NOT_ALLOWED"
    for body in (
        b"{}",
        b"[]",
        b"{",
        b"\xff",
        {"do": "supply"},
        {"do": "fly"},
        {"do": "supply", "by": 1},
    ):
        assert refusal_of(post(service, path, body)) == (400, "EVENT_MALFORMED")
    for body in (b"[]", b"[{]", b'{"events": 1}', b"[" * 10_000, b"x", b""):
        assert refusal_of(post(service, "/preseries", body)) == (400, "EVENT_MALFORMED")


@pytest.mark.parametrize("claims", [{"role": "vendor"}, {"role": "vendor", "vendor": " "}])
def test_a_vendor_says_which(service, claims):  # PRE-45
    assert refusal_of(get(service, "/preseries", claims)) == (401, "TOKEN_INVALID")
    assert refusal_of(get(service, "/preseries", {"role": "cpam"})) == (401, "TOKEN_INVALID")


def test_each_reads_the_preseries_it_is_of(service):  # PRE-46
    alba, beryl = open_preserie(service, *ENROLLED), open_beryl(service)
    readers = {
        "all": (CNAM, GIE, OPERATOR, a_caisse("33")),
        "alba": (VENDOR, {"role": "vendor", "vendor": "ALBA "}, a_caisse("38"), a_pilot(AMS[0])),
        "beryl": (BERYL,),
        "none": (a_caisse("80"), a_pilot("802000014"), {"role": "vendor", "vendor": "Alb"}),
    }
    seen = {"all": {alba, beryl}, "alba": {alba}, "beryl": {beryl}, "none": set()}

    for who, claims in ((who, one) for who, those in readers.items() for one in those):
        listed = {one["id"] for one in get(service, "/preseries", claims).json["preseries"]}
        assert listed == seen[who], claims
        for name in (alba, beryl):
            result = get(service, f"/preseries/{name}", claims)
            assert result.status_code == (200 if name in seen[who] else 404)
            if name not in seen[who]:
                assert refusal_of(result) == (404, "PRESERIE_UNKNOWN")
    nurse = {name: said for name, said in a_pilot(AMS[0]).items() if name != "am"}
    for claims in (THE_PATIENT, DOCTOR.claims, nurse):
        assert refusal_of(get(service, "/preseries", claims)) == (403, "ROLE_NOT_ALLOWED")


def test_a_pilot_is_told_its_own_part_and_nobody_elses(service):  # PRE-94
    name = open_preserie(service, *DRAWN)
    own, others = a_pilot(AMS[0]), (*AMS[1:5], *NAMES[1:], WORDS)
    event = answer(0, by=f"pilot:{AMS[0]}")
    unshared = get(service, f"/preseries/{name}", own)
    tell(service, name, SHARE)

    told = [unshared, get(service, f"/preseries/{name}", own), tell(service, name, event)]

    assert told[-1].status_code == 201
    for one in told:
        assert [known["am"] for known in one.json["participants"]] == [AMS[0]]
        assert one.json.keys() == get(service, f"/preseries/{name}").json.keys()
        assert not [words for words in others if words in one.text]
    assert unshared.json["bilan"] is None
    shared, whole = (one.json["bilan"] for one in (told[1], get(service, f"/preseries/{name}")))
    assert shared["hash"] == whole["hash"]
    assert [one["value"] for one in shared["criteria"]] == [
        one["value"] for one in whole["criteria"]
    ]
    rates = [one for one in whole["criteria"][0]["detail"]["pharmacies"] if one["am"] == AMS[0]]
    assert shared["criteria"][0]["detail"]["pharmacies"] == rates


def test_who_may_not_read_may_not_write(service):  # PRE-46
    name = open_preserie(service, *ENROLLED)
    event = anomaly(by="cpam:80")

    assert refusal_of(tell(service, name, event)) == (404, "PRESERIE_UNKNOWN")
    assert refusal_of(tell(service, "NOTHING", SUBMIT)) == (404, "PRESERIE_UNKNOWN")
    assert refusal_of(tell(service, name, SUBMIT, claims=BERYL)) == (404, "PRESERIE_UNKNOWN")


def test_the_list_says_whose_turn_it_is(service):  # PRE-46
    alba = open_preserie(service, *RUNNING)
    service.clock.advance(minutes=1)
    beryl = open_beryl(service)

    first, second = get(service, "/preseries").json["preseries"]

    assert first == {
        "id": beryl,
        "vendor": "Beryl",
        "software": "Beryl LGO",
        "state": "PREPARATION",
        "step": "supply",
        "turn": ["vendor"],
        "started_on": None,
        "weeks": None,
        "cpam": ["33"],
        "participants": 0,
        "installed": 0,
        "events": 5,
    }
    assert second["id"] == alba
    assert (second["state"], second["step"]) == ("EN_COURS", "draw_bilan")
    assert second["turn"] == ["vendor", "cnam"]
    assert (second["participants"], second["installed"]) == (5, 5)


def test_a_pharmacy_takes_part_in_one_open_preserie(service):  # PRE-47
    alba, beryl = open_preserie(service, *ENROLLED), open_beryl(service)

    refused = tell(service, beryl, a_pharmacy(0), claims=BERYL)
    other = tell(service, beryl, a_pharmacy(5), claims=BERYL)
    tell(service, alba, say("withdraw", am=AMS[0], reason="Travaux"))
    freed = tell(service, beryl, a_pharmacy(0), claims=BERYL)
    back = tell(service, alba, a_pharmacy(0))

    assert refusal_of(refused) == (409, "ENROLLED_ELSEWHERE")
    assert [one.status_code for one in (other, freed)] == [201, 201]
    assert refusal_of(back) == (409, "ENROLLED_ELSEWHERE")


@pytest.mark.parametrize("end", [(), (say("close", reason="Module refait"),)])
def test_a_pharmacy_is_free_once_its_preserie_is_over(service, end):  # PRE-47
    open_preserie(service, *(ENROLLED + end if end else DEPLOYED))

    assert tell(service, open_beryl(service), a_pharmacy(0), claims=BERYL).status_code == 201


def test_what_is_asked_is_json_within_limits(service):  # PRE-44
    path, token = "/preseries", service.token(VENDOR)

    fhir = post(service, path, [DECLARED[0]], Content_Type="application/fhir+json")
    xml = get(service, path, Accept="text/xml")
    large = post(service, path, b" " * (256 * 1024 + 1))
    many = post(service, path, [DECLARED[0]] * 201)
    nobody = service.send("GET", path, Accept=JSON)
    nothing = service.send("DELETE", path, token=token, Accept=JSON)

    assert refusal_of(fhir) == (415, "MEDIA_TYPE_UNSUPPORTED")
    assert "FHIR" not in fhir.json["sentence"]
    assert refusal_of(xml) == (406, "NOT_ACCEPTABLE")
    assert refusal_of(large) == (413, "BODY_TOO_LARGE")
    assert "256 Kio" in large.json["sentence"]
    assert refusal_of(many) == (400, "EVENT_MALFORMED")
    assert refusal_of(nobody) == (401, "TOKEN_MISSING")
    assert nobody.headers["www-authenticate"] == "Bearer"
    assert refusal_of(nothing) == (405, "NOT_FOUND")


def test_a_vendor_has_so_many_unfinished_preseries(service):  # PRE-44
    last = ""
    for _ in range(50):
        last = open_preserie(service, DECLARED[0])

    refused = post(service, "/preseries", [DECLARED[0]])
    beryl = post(service, "/preseries", [BERYL_OPENED[0]], claims=BERYL)
    for event in (*AUTHORISED[1:], OPEN, say("close", reason="Essai")):
        assert tell(service, last, event).status_code == 201

    assert refusal_of(refused) == (409, "TOO_MANY_PRESERIES")
    assert beryl.status_code == 201
    assert post(service, "/preseries", [DECLARED[0]]).status_code == 201
