"""The calls behind a figure, over HTTP on both engines: JSON, CSV, and who sees what."""

import gzip

import pytest

from api.papers import delivery, ordonnance
from api.preseries import (
    CNAM,
    GIE,
    OPERATOR,
    VENDOR,
    a_caisse,
    a_pilot,
    get,
    open_preserie,
    refusal_of,
    tell,
)
from api.services import running
from builders import a_number
from preserie_stories import AMS, INSTALLED, say
from traces import a_trace, write_lines

NAMES = ("trace_id", "am", "version", "operation", "result", "code", "http_status", "tries")


@pytest.fixture(params=["sqlite", "postgresql"])
def alone(request):
    """A téléservice on a base of its own, set as an operator sets it, on each engine in turn."""
    with running(request.getfixturevalue(f"fresh_{request.param}"), expects=None) as service:
        yield service


@pytest.fixture
def preserie(alone):
    return open_preserie(alone, *INSTALLED)


def send(service, am, *traces):
    answer = service.send(
        "POST",
        "/traces",
        token=service.token(a_pilot(am)),
        body=gzip.compress(write_lines(*traces)),
        Content_Type="application/x-ndjson",
    )
    assert answer.json["refused_count"] == 0, answer.text


def of(am, name, minute=0, **said):
    """A trace of the présérie's own software."""
    at = f"2026-11-23T08:{minute:02d}:00.000Z"
    known = {"n_am": am, "command": name, "editeur": "Alba", "horodatage_utc": at}
    return a_trace(**{"trace_id": f"trace {name}", **known, **said})


def fill(service):
    """One call of each outcome at the first pharmacy, and one at the second."""
    number = a_number()
    service.issue(ordonnance(number))
    done = service.act(number, "execute", delivery(number), claims=a_pilot(AMS[0]), key="done")
    assert done.status_code == 201
    send(
        service,
        AMS[0],
        of(AMS[0], "done", 1, trace_id="first try", resultat="TIMEOUT", http_status=None),
        of(AMS[0], "done", 2, tentative=2, version_logiciel="12.1"),
        of(AMS[0], "refused", 3, resultat="REFUS_METIER", code_retour="EXPIRED", http_status=422),
        of(AMS[0], "failed", 4, resultat="TIMEOUT", http_status=None, operation="undo"),
        of(AMS[0], "ghost", 5),
        of(AMS[0], "old", 6, horodatage_utc="2026-01-18T08:00:00.000Z"),
    )
    send(service, AMS[1], of(AMS[1], "other", 7, operation="consult", version_logiciel="11.0"))


def calls(service, name, claims=CNAM, query=""):
    answer = service.send(
        "GET",
        f"/preseries/{name}/calls",
        token=service.token(claims),
        query=query,
        Accept="application/json",
    )
    assert answer.status_code == 200, answer.text
    return answer.json["calls"]


def test_calls_are_told_newest_first_one_an_attempt(alone, preserie):  # PRE-53
    fill(alone)

    told = calls(alone, preserie)

    assert [tuple(one[name] for name in NAMES) for one in told] == [
        ("trace other", AMS[1], "11.0", "consult", "OK", None, 201, 1),
        ("trace ghost", AMS[0], "12.0", "execute", "OK", None, 201, 1),
        ("trace failed", AMS[0], "12.0", "undo", "TIMEOUT", None, None, 1),
        ("trace refused", AMS[0], "12.0", "execute", "REFUS_METIER", "EXPIRED", 422, 1),
        ("trace done", AMS[0], "12.0", "execute", "OK", None, 201, 2),
    ]
    assert [(one["command"], one["outcome"]) for one in told] == [
        ("other", "recorded"),
        ("ghost", "never_recorded"),
        ("failed", "failed"),
        ("refused", "business_refusal"),
        ("done", "recorded"),
    ]
    assert {one["day"] for one in told} == {"2026-11-23"}
    assert (told[0]["duration_ms"], told[0]["workstation"]) == (120, "poste-7f")
    assert told[4]["at"] == "2026-11-23T08:02:00+00:00"
    assert [one["recorded"] for one in told] == [True, False, False, False, True]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"am={AMS[1]}", ["other"]),
        ("am=752100008", []),
        ("operation=undo", ["failed"]),
        ("version=12.0", ["ghost", "failed", "refused", "done"]),
        ("day=2026-11-22", []),
        ("day=2026-11-23&outcome=recorded", ["other", "done"]),
        ("outcome=failed", ["failed"]),
        ("outcome=never_recorded", ["ghost"]),
        ("outcome=business_refusal&operation=execute", ["refused"]),
        ("outcome=&am=", ["other", "ghost", "failed", "refused", "done"]),
    ],
)
def test_calls_are_filtered(alone, preserie, query, found):  # PRE-53
    fill(alone)

    assert [one["command"] for one in calls(alone, preserie, query=query)] == found


@pytest.mark.parametrize(
    "query",
    [
        "color=red",
        "day=23/11/2026",
        "day=2026-02-30",
        "outcome=lost",
        "operation=issue",
        "am=1&am=2",
        "version=" + "1" * 201,
    ],
)
def test_a_filter_that_cannot_be_is_refused(alone, preserie, query):  # PRE-53
    answer = alone.send(
        "GET",
        f"/preseries/{preserie}/calls",
        token=alone.token(CNAM),
        query=query,
        Accept="application/json",
    )

    assert refusal_of(answer) == (400, "ELEMENT_INVALID")


def test_each_sees_its_own(alone, preserie):  # PRE-53
    fill(alone)
    send(alone, AMS[0], of(AMS[0], "rival", 8, editeur="Beryl"))
    everything = ["rival", "other", "ghost", "failed", "refused", "done"]

    def seen(claims):
        return [one["command"] for one in calls(alone, preserie, claims)]

    for claims in (CNAM, GIE, OPERATOR, a_caisse("33")):
        assert seen(claims) == everything
    assert seen({**VENDOR, "vendor": "ALBA"}) == everything[1:]
    assert seen(a_pilot(AMS[1])) == ["other"]
    for claims in ({"role": "vendor", "vendor": "Beryl"}, a_caisse("94"), a_pilot("752100008")):
        answer = get(alone, f"/preseries/{preserie}/calls", claims)
        assert refusal_of(answer) == (404, "PRESERIE_UNKNOWN")


def test_the_calls_of_a_pharmacy_that_left_stay(alone, preserie):  # PRE-41, PRE-53
    fill(alone)
    tell(alone, preserie, say("withdraw", am=AMS[1], reason="Travaux"))

    assert calls(alone, preserie)[0]["command"] == "other"


def test_what_is_beyond_the_limit_is_said(alone, preserie):  # PRE-53
    send(alone, AMS[0], *(of(AMS[0], f"n{n}", n % 60) for n in range(500)))
    whole = get(alone, f"/preseries/{preserie}/calls").json
    send(alone, AMS[1], of(AMS[1], "last", 59, horodatage_utc="2026-11-23T08:59:30.000Z"))

    cut = get(alone, f"/preseries/{preserie}/calls").json

    assert (len(whole["calls"]), whole["cut"]) == (500, False)
    assert (len(cut["calls"]), cut["cut"]) == (500, True)
    assert cut["calls"][0]["command"] == "last"


def test_a_vendor_finds_its_calls_behind_a_thousand_of_another(alone, preserie):  # PRE-53
    send(alone, AMS[0], of(AMS[0], "own", 1))
    rival = (of(AMS[0], f"rival {n}", 2, editeur="Beryl") for n in range(1001))
    send(alone, AMS[0], *rival)

    assert [one["command"] for one in calls(alone, preserie, VENDOR)] == ["own"]


def test_calls_come_as_a_table_that_runs_nothing(alone, preserie):  # PRE-53
    send(alone, AMS[0], of(AMS[0], "=1+1;2", 1, id_poste='@"poste"'))

    answer = get(alone, f"/preseries/{preserie}/calls", Accept="text/csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    head, row, end = answer.content.decode().split("\r\n")
    assert head == (
        "\ufeffTrace;Commande;Numéro AM;Poste;Version;Opération;Instant (UTC);Résultat;Code;"
        "Statut HTTP;Durée (ms);Envois;Issue"
    )
    assert row == (
        f'"trace =1+1;2";"\'=1+1;2";{AMS[0]};"\'@""poste""";12.0;execute;'
        "2026-11-23T08:01:00+00:00;OK;;201;120;1;jamais enregistrée"
    )
    assert end == ""


def test_another_kind_of_answer_is_not_there(alone, preserie):  # PRE-53
    answer = get(alone, f"/preseries/{preserie}/calls", Accept="application/pdf")

    assert refusal_of(answer) == (406, "NOT_ACCEPTABLE")
