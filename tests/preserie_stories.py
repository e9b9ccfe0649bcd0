"""Préséries made up for tests: events one by one, and how far a story has come."""

from datetime import UTC, datetime, timedelta
import json
from pathlib import Path

from ordonnance.domain.modalites import PHARMACISTS_2025_07
from ordonnance.domain.preserie_history import History, PreserieOperation, Recorded
from ordonnance.domain.preserie_party import Party, PartyKind, parse_party
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.domain.preserie_replay import replay

RECEIVED_AT = datetime(2026, 3, 1, 8, tzinfo=UTC)

FILES = Path(__file__).resolve().parent / "preseries"
AMS = ("332000011", "332000029", "332000037", "382000012", "382000020", "332000045")
DAYS = ("2026-01-19", "2026-01-20", "2026-01-22", "2026-01-26", "2026-01-27")
EVERYONE = ["vendor", "cnam", "gie", "cpam:33", "cpam:38"]


def say(do, **fields):
    """An event of a file; ``with_`` is the member ``with``."""
    said = {"at": "2026-02-20T09:00:00+01:00", "do": do}
    return said | {name.removesuffix("_"): value for name, value in fields.items()}


def play(*events, modalities=PHARMACISTS_2025_07):
    """The replay of events, each a dict or a line."""
    lines = [one if isinstance(one, str) else json.dumps(one) for one in events]
    return replay(lines, modalities)


def codes(replayed):
    return [one.code for one in replayed.refused]


def warnings(replayed):
    return [one.code.value for _, one in replayed.warned]


def a_software(software="Alba", **fields):
    known = {
        "version": "5.0",
        "profession": "pharmacien",
        "module": "alba-on",
        "module_origin": "own",
        "architecture": "locale",
        "interface": "A",
    }
    return say("declare_software", software=software, **(known | fields))


def a_pharmacy(rank, **fields):
    am = AMS[rank] if rank < len(AMS) else f"33300{rank:04d}"
    known = {
        "am": am,
        "name": f"Pharmacie {rank}",
        "department": am[:2],
        "agreement_on": "2026-01-10",
        "equipment_compatible": True,
        "software_version": "5.0",
    }
    return say("enrol", **(known | fields))


def install(rank, on=None, **fields):
    known = {"am": AMS[rank], "on": on or DAYS[rank], "traces_on": True}
    return say("install", **(known | fields))


def plan(rank, on=None):
    return say("plan_installation", am=AMS[rank], on=on or DAYS[rank])


def train(rank, on=None):
    return say("train", am=AMS[rank], on=on or DAYS[rank])


def traces(rank, *, attempts=100, recorded=95, refusals=0, operation="execute", **fields):
    return say(
        "traces",
        am=AMS[rank],
        operation=operation,
        attempts=attempts,
        recorded=recorded,
        business_refusals=refusals,
        **fields,
    )


def scor(rank, stopped=95, sent=2, *, stopped_wrongly=0, sent_wrongly=1):
    return say(
        "scor",
        am=AMS[rank],
        stopped_rightly=stopped,
        sent_rightly=sent,
        stopped_wrongly=stopped_wrongly,
        sent_wrongly=sent_wrongly,
    )


def answer(rank, satisfaction=4, *, brake=False, **fields):
    return say(
        "answer_questionnaire",
        am=AMS[rank],
        satisfaction=satisfaction,
        blocking_brake=brake,
        text="",
        **fields,
    )


def anomaly(name="A1", *, intrinsic=True, blocking=True, **fields):
    return say(
        "report_anomaly",
        anomaly=name,
        operation="execute",
        intrinsic=intrinsic,
        blocking=blocking,
        text="Écran figé",
        **fields,
    )


def decide(outcome, **fields):
    return say("decide", outcome=outcome, **fields)


DRAW = say("draw_bilan")
SHARE = say("share_bilan", with_=[*EVERYONE, "pilots", "profession:FSPF"])
FIX = say("declare_fix", criterion=1, version="5.1", text="Reprise après coupure")
CHECK = say("check_scor_stop", conform=True)
MEETING = say("hold_launch_meeting", attendees=EVERYONE)
SUBMIT = say("submit_participants")
OPEN = say("open", software="Alba")

DECLARED = (
    say("declare_vendor", vendor="Alba", market_share_percent=12.5),
    a_software(),
)
AUTHORISED = (*DECLARED, say("authorise", software="Alba", authority="CNDA", reference="R1"))
OPENED = (*AUTHORISED, OPEN)
ITEMS = ("support", "installation_terms", "training_terms", "kit_manual", "kit_tutorial")
SUPPLIED = (*OPENED, *(say("supply", item=item) for item in ITEMS))
PLACED = (*SUPPLIED, say("choose_cpam", cpam=["33", "38"]))
ENROLLED = (*PLACED, *(a_pharmacy(rank) for rank in range(5)))
SUBMITTED = (*ENROLLED, SUBMIT)
LAUNCHED = (*SUBMITTED, MEETING)
PLANNED = (*LAUNCHED, *(plan(rank) for rank in range(5)), *(train(rank) for rank in range(5)))
STARTED = (*PLANNED, *(install(rank) for rank in range(3)))
INSTALLED = (*STARTED, CHECK, install(3), install(4))
OTHERS = tuple(
    traces(0, attempts=3, recorded=3, operation=one) for one in ("consult", "correct", "undo")
)
EVIDENCE = (
    *(traces(rank) for rank in range(5)),
    *OTHERS,
    *(scor(rank) for rank in range(5)),
    say("state_prerequisites", text="Lecteur 2D"),
    *(answer(rank) for rank in range(3)),
)
RUNNING = (*INSTALLED, *EVIDENCE)
DRAWN = (*RUNNING, DRAW)
SHARED = (*DRAWN, SHARE)
DEPLOYED = (*SHARED, decide("deploy"))

# One event of each verb, with all that it requires.
SAMPLES = {
    event["do"]: event
    for event in (
        say("declare_vendor", vendor="Alba"),
        a_software(),
        say("authorise", software="Alba", authority="CNDA", reference="R1"),
        say("set_modalities", modalities={"participants_max": 12}),
        OPEN,
        say("supply", item="support"),
        say("choose_cpam", cpam=["33"]),
        say("set_minimum", participants=5, reason="Prudence"),
        a_pharmacy(0),
        say("withdraw", am=AMS[0], reason="Travaux"),
        SUBMIT,
        say("hold_launch_meeting", attendees=["vendor"]),
        plan(0),
        train(0),
        install(0),
        say("upgrade", am=AMS[0], version="5.1", on="2026-02-01"),
        CHECK,
        traces(0),
        scor(0),
        anomaly(),
        say("qualify_anomaly", anomaly="A1", intrinsic=True, blocking=False, reason="Réseau"),
        say("fix_anomaly", anomaly="A1", version="5.1"),
        FIX,
        say("state_prerequisites", text="Lecteur 2D"),
        answer(0),
        DRAW,
        SHARE,
        decide("deploy"),
        say("hold_deployment_meeting"),
        say("stop_traces", am=AMS[0]),
        say("authorise_deployment", terms="Par vagues"),
        say("close", reason="Module refait"),
        say("covers", software="Alba"),
    )
}


def sender_of(event):
    """Who says an event: whom it names, else the first who may."""
    kind = EVENTS[event["do"]].roles[0]
    first = Party(kind, event["am"] if kind is PartyKind.PILOT else "")
    return parse_party(event.get("by") or "") or first


def record(*events, name="A", at=RECEIVED_AT):
    """A présérie as it is kept: each event received a minute after the one before."""
    records = [
        Recorded(
            preserie=name,
            rank=rank,
            at=at + timedelta(minutes=rank),
            operation=PreserieOperation.TELL,
            by=sender_of(event),
            key=str(rank),
            digest="",
            document=json.dumps(event),
        )
        for rank, event in enumerate(events, start=1)
    ]
    history = History(id=name).add(records)
    assert history.replayed.refused == (), history.replayed.refused
    return history
