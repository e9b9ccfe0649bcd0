"""Every row of the table of refusals, reached over HTTP on each engine, and by its cause only.

Each case sends a request that is refused, then the same without the cause, which is not.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
import json
from pathlib import Path

from joserfc.jwk import OKPKey
import pytest

from api import refusals_act, refusals_issue, refusals_request, refusals_state
from api.conftest import copied
from api.preseries import open_preserie
from api.refusals import ACCEPTED, Cases, edited, send
from api.searches import FORM
from api.services import Service, code_of, hold, running, told
from builders import NOW
from ordonnance.api.errors import STATUS
from ordonnance.domain.raised import RAISED
from ordonnance.domain.raised_row import EVERYWHERE
from ordonnance.domain.refusal import ALL_REASONS
from ordonnance.server import demo_issuer
from ordonnance.settings import DEMO_ISSUER, Settings
from ordonnance.simulation.population import DOCTOR, PHARMACIST
from preserie_stories import RUNNING

CASES: Cases = {
    **refusals_request.CASES,
    **refusals_state.CASES,
    **refusals_issue.CASES,
    **refusals_act.CASES,
}
# What only a service set otherwise, or that ends, refuses: code, rank, operations, which service.
SET_OTHERWISE = (
    ("SOFTWARE_NOT_APPROVED", 0, EVERYWHERE, "listing"),
    ("BUSY", 0, EVERYWHERE, "stopped"),
    ("INS_INVALID", 1, ("issue", "replace", "identify", "search"), "production"),
    ("SOFTWARE_IN_PRESERIE", 0, ("execute", "correct", "undo"), "gated"),
)
OTHERWISE = [(name, code, rank, where) for code, rank, by, where in SET_OTHERWISE for name in by]
# What only a client that hangs up is refused, too late for it to know.
CUT = ("search", "BODY_MALFORMED", 0)
LISTED = "Ordo+ 4.2"
BY_CODE = {reason.code: reason for reason in ALL_REASONS}


def list_rows() -> list[tuple[str, str, int]]:
    """Every operation and code of the table, with the place of the cause among theirs."""
    seen: Counter[tuple[str, str]] = Counter()
    rows = []
    for one in RAISED:
        for name in one.by:
            key = (name, one.reason.code)
            rows.append((*key, seen[key]))
            seen[key] += 1
    return rows


ROWS = list_rows()


def say(case: tuple[str, str, int, str]) -> str:
    """What a case is called."""
    return " ".join(map(str, case)).strip()


def expected(code: str) -> tuple[int, list[str]]:
    """The status and the codes of a refusal."""
    reason = BY_CODE[code]
    status = int(STATUS[reason.nature].partition(" ")[0])
    return status, [code, *(["OVERRIDABLE"] if reason.overridable else [])]


def test_every_row_has_its_case_and_every_case_its_row():  # TLS-34
    cases = {
        *(key[:3] for key in CASES),
        CUT,
        *((name, code, rank) for name, code, rank, _ in OTHERWISE),
    }
    lacking = set(ROWS) - cases

    assert lacking == set()
    assert cases - set(ROWS) == set()


@pytest.mark.parametrize("name", ACCEPTED)
def test_each_operation_has_a_request_that_is_accepted(service, name):
    result = send(service, ACCEPTED[name](service))

    assert result.status_code in {200, 201}, result.text


@pytest.mark.parametrize("case", CASES, ids=say)
def test_a_refusal_is_raised_by_its_cause_alone(service, case):  # TLS-34
    name, code, *_ = case
    refused, accepted = CASES[case](service, name)
    held = service.count_rows()

    assert told(send(service, refused))[:2] == expected(code)

    assert service.count_rows() == held
    done = send(service, accepted)
    assert done.status_code < 300, done.text


def test_a_form_that_stops_before_its_end_is_malformed(service):  # TLS-34
    asked = ACCEPTED["search"](service)
    body = asked.body or b""
    headers = [
        (b"authorization", b"Bearer " + service.token(PHARMACIST.claims).encode()),
        (b"content-type", FORM.encode()),
        (b"presence", b"carte-vitale"),
    ]

    def told_of(length):
        said = [*headers, (b"content-length", str(length).encode())]
        return service.stream("/fhir/Task/_search", [body], said)

    status, refused = told_of(len(body) + 1)

    assert status == 400
    assert b'"BODY_MALFORMED"' in refused
    assert told_of(len(body))[0] == 200


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def others(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Service]]:
    """The services that are set otherwise, or end, by name; « plain »: the one of all tests."""
    folder = tmp_path_factory.mktemp("others")
    opened: dict[str, Service] = {}
    with ExitStack() as stack:

        def open_one(where: str) -> Service:
            if where == "plain":
                return request.getfixturevalue(f"{request.param}_service")
            if where not in opened:
                url = f"sqlite:///{folder / where}.db"
                if request.param == "postgresql":
                    server, model = map(request.getfixturevalue, ("postgresql_url", "migrated"))
                    url = stack.enter_context(copied(server, model, f"{folder.name}_{where}"))
                opened[where] = stack.enter_context(running(url, **settings_of(where, folder)))
                if where == "stopped":
                    opened[where].stop()
                if where == "gated":
                    open_preserie(opened[where], *RUNNING)
            opened[where].clock.at = NOW
            return opened[where]

        yield open_one


def settings_of(where: str, folder: Path) -> dict[str, object]:
    """How a service is set: in production, the issuer's keys are those of the demonstration."""
    if where == "listing":
        return {"software": LISTED}
    if where == "stopped":
        return {}
    if where == "gated":
        return {"preserie_gate": "refuse"}
    keys, receipts = folder / "jwks.json", folder / "receipts.json"
    keys.write_text(json.dumps(demo_issuer(Settings()).keys.as_dict(private=False)))
    receipts.write_text(json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)))
    return {
        "demo": False,
        "production": True,
        "issuer": DEMO_ISSUER,
        "jwks": str(keys),
        "receipt_key": str(receipts),
    }


@pytest.mark.parametrize(
    ("name", "code", "where"), [(name, code, where) for name, code, _, where in OTHERWISE]
)
def test_a_service_set_otherwise_refuses_what_this_one_accepts(others, name, code, where):  # TLS-34
    plain, other = others("plain"), others(where)
    plain.clock.at = NOW
    asked = ACCEPTED[name](plain)
    if asked.claims is not None and asked.claims["role"] == "patient":
        asked = asked.but(claims=DOCTOR.claims)  # patients call from no software
    if where == "gated":
        asked = asked.but(claims={**PHARMACIST.claims, "software": "Alba 5.0"})

    assert told(send(other, asked))[:2] == expected(code)

    assert send(plain, asked).status_code < 300


def test_a_software_that_is_listed_is_let_in(others):  # TLS-37
    asked = ACCEPTED["read"](others("plain")).but(claims={**PHARMACIST.claims, "software": LISTED})

    assert code_of(send(others("listing"), asked)) == "NUMBER_UNKNOWN"


ACT_CASES = [key for key in refusals_act.CASES if key[0] == "execute"]


@pytest.mark.parametrize("case", ACT_CASES, ids=say)
def test_the_professional_sets_aside_what_may_be_and_nothing_else(service, case):  # TLS-26
    name, code, *_ = case
    refused, _ = CASES[case](service, name)

    def decide(bundle):
        refusals_act.decide(bundle["entry"][-1]["resource"], code)

    decided = send(service, refused.but(body=edited(refused.body, decide)))

    assert code_of(decided) == ("done" if BY_CODE[code].overridable else code)


def test_a_refusal_that_the_table_does_not_say_fails_at_once(service):
    refused = service.read("012J-oops")

    with pytest.raises(AssertionError, match="no row of NUMBER_MALFORMED for « search »"):
        hold("POST", "/fhir/Task/_search", refused.headers, refused.content)
    with pytest.raises(AssertionError, match="no row of NUMBER_MALFORMED for « None »"):
        hold("GET", "/fhir/Elsewhere", refused.headers, refused.content)
