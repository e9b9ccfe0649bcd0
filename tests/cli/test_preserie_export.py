"""The file of a présérie of the base: replayed, it gives what the téléservice answers."""

from collections.abc import Iterator
import json

from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import pytest

from api.preseries import claims_of, get, open_preserie, post, tell
from api.services import Service, running
from ordonnance.cli.main import cli
from preserie_stories import AMS, DEPLOYED, FIX, SAMPLES, anomaly, say

KNOWN = [*SAMPLES.values(), *DEPLOYED, FIX, anomaly()]
CHANGES = {
    "at": st.integers(0, 59).map(lambda minute: f"2026-02-20T09:{minute:02d}:00+01:00"),
    "am": st.sampled_from(AMS),
    "conform": st.booleans(),
    "intrinsic": st.booleans(),
    "blocking_brake": st.booleans(),
    "recorded": st.integers(0, 50),
    "satisfaction": st.integers(1, 5),
    "outcome": st.sampled_from(["deploy", "prolong", ["prolong", "extend"]]),
    "text": st.text(max_size=9),
}
lengths = st.sampled_from([0, 10, 20, 35, len(DEPLOYED) - 1])


@st.composite
def events(draw):
    """An event near to a right one, which may leave out its instant."""
    event = dict(draw(st.sampled_from(KNOWN)))
    for name in draw(st.lists(st.sampled_from(sorted(CHANGES)), max_size=2)):
        if name in event:
            event[name] = draw(CHANGES[name])
    if draw(st.booleans()):
        del event["at"]
    return event


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with running(database_url) as running_service:
        yield running_service


def run(*words):
    return CliRunner().invoke(cli, ["preserie", *map(str, words)])


def export(service, name):
    result = run("export", name, "--database", service.settings.database)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def set_free(service, name):
    """End a présérie, so that its pharmacies may take part in another."""
    state = get(service, f"/preseries/{name}").json["state"]
    if state not in {"VALIDEE", "GENERALISEE", "ABANDONNEE"}:
        tell(service, name, say("close", reason="Essai"))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(start=lengths, later=st.lists(events(), max_size=12), indent=st.sampled_from([None, 2]))
def test_replayed_it_gives_the_same_json(service, tmp_path, start, later, indent):  # PRE-48
    name = open_preserie(service, *DEPLOYED[: 4 + start])
    codes = set()
    for event in later:
        body = json.dumps(event, indent=indent).encode()
        path = f"/preseries/{name}/events"
        codes.add(post(service, path, body, claims=claims_of(event)).status_code)
    told = get(service, f"/preseries/{name}").json

    path = tmp_path / "exported.jsonl"
    path.write_text(export(service, name), "utf-8")
    replayed = run("replay", path, "--json")

    assert codes <= {201, 400, 403, 404, 409, 422}
    assert json.loads(replayed.stdout) == told
    assert told["refusals"] == []
    set_free(service, name)


def test_each_line_says_who_and_when(service):  # PRE-48
    name = open_preserie(service, *DEPLOYED)

    lines = [json.loads(line) for line in export(service, name).splitlines()]

    assert len(lines) == len(DEPLOYED)
    assert all({"at", "do", "by"} <= set(line) for line in lines)
    assert [line["do"] for line in lines] == [event["do"] for event in DEPLOYED]


def test_an_unknown_preserie_is_said_to_be(service):  # PRE-48
    result = CliRunner().invoke(
        cli, ["preserie", "export", "NOTHING", "--database", service.settings.database]
    )

    assert result.stdout == ""
    assert str(result.exception) == "Aucune présérie n’a l’identifiant NOTHING. Vérifiez-le."
