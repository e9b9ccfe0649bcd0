"""A présérie told at length: six weeks, a pharmacy that left, anomalies, a disagreement."""

from ordonnance.domain.bilan_hash import hash_bilan
from preserie_stories import (
    AMS,
    CHECK,
    INSTALLED,
    MEETING,
    PLACED,
    SUBMIT,
    a_pharmacy,
    answer,
    play,
    say,
    scor,
    traces,
)

NAMES = (
    *("Pharmacie du Port", "Pharmacie des Quais", "Pharmacie Victoire"),
    *("Pharmacie du Vercors", "Pharmacie Chartreuse"),
)
MONDAYS = ("2026-01-23", "2026-01-30", "2026-02-06", "2026-02-13", "2026-02-20", "2026-02-27")
# By week, of 20 attempted: what each pharmacy recorded.
WEEKS = (
    (14, 15, 13, 12, 16),
    (15, 16, 15, 14, 17),
    (17, 17, 16, 15, 18),
    (18, 17, 17, 11, 18),
    (18, 19, 18, 16, 19),
    (19, 19, 18, 17, 19),
)
WORDS = "Plus vite qu’avec le papier ; le Port et les Quais disent pareil."
USED = {
    am: {
        "consulted": 120,
        "total": 90 + rank,
        "partial": 12,
        "not_delivered": 3,
        "substituted": 20,
        "corrected": 4,
        "undone": 2,
        "deferred": 1,
        "invoiced": 99,
        "scor_stopped": 88,
    }
    for rank, am in enumerate(AMS[:5])
}


def at(day, hour=9):
    return f"{day}T{hour:02}:00:00+01:00"


def later(events, day):
    return tuple({**one, "at": at(day)} for one in events)


def read_week(week):
    """What the GIE reads of a week: executions, and pieces."""
    for rank, am in enumerate(AMS[:5]):
        yield say(
            "traces",
            at=at(MONDAYS[week]),
            by="gie",
            am=am,
            operation="execute",
            attempts=21,
            recorded=WEEKS[week][rank],
            business_refusals=1,
            first_on="2026-01-20",
        )
        yield say(
            "scor",
            at=at(MONDAYS[week]),
            by="gie",
            am=am,
            stopped_rightly=15,
            sent_rightly=2,
            stopped_wrongly=0,
            sent_wrongly=int(rank == 3 and week == 3),
        )


def use(operation, count):
    return say(
        "traces",
        at=at("2026-02-27"),
        by="gie",
        am=AMS[0],
        operation=operation,
        attempts=count,
        recorded=count,
        business_refusals=0,
    )


def report(name, day, by, *, blocking, text, am=None):
    return say(
        "report_anomaly",
        at=at(day),
        by=by,
        anomaly=name,
        operation="correct",
        intrinsic=True,
        blocking=blocking,
        text=text,
        **({"am": am} if am else {}),
    )


def reply(rank, mark, text, **fields):
    return say(
        "answer_questionnaire",
        at=at("2026-02-28"),
        by=f"pilot:{AMS[rank]}",
        am=AMS[rank],
        satisfaction=mark,
        blocking_brake=False,
        text=text,
        **fields,
    )


PREPARED = (
    *PLACED,
    *(a_pharmacy(rank, name=name) for rank, name in enumerate(NAMES)),
    SUBMIT,
    MEETING,
)
STAGED = (*PREPARED, *INSTALLED[INSTALLED.index(MEETING) + 1 :])
BEFORE = (
    *later(STAGED, "2026-01-22"),
    {**CHECK, "at": at("2026-01-24"), "by": "gie", "am": list(AMS[:3]), "text": "Lots relus"},
    *(one for week in range(6) for one in read_week(week)),
    *(
        use(operation, count)
        for operation, count in (("consult", 130), ("correct", 6), ("undo", 2))
    ),
    report(
        "A1", "2026-02-02", f"pilot:{AMS[3]}", blocking=True, text="La correction échoue", am=AMS[3]
    ),
    say(
        "qualify_anomaly",
        at=at("2026-02-03", 12),
        by="cnam",
        anomaly="A1",
        intrinsic=True,
        blocking=True,
        reason="Reproduite",
    ),
    say("fix_anomaly", at=at("2026-02-10", 14), by="vendor", anomaly="A1", version="5.1"),
    report("A2", "2026-02-26", f"pilot:{AMS[0]}", blocking=False, text="Liste lente", am=AMS[0]),
    say("withdraw", at=at("2026-02-16"), by="vendor", am=AMS[4], reason="Travaux dans l’officine"),
    say(
        "state_prerequisites",
        at=at("2026-02-23"),
        by="vendor",
        text="Windows 10 ou plus récent ; lecteur 2D au comptoir ; version 5.1.",
    ),
    reply(0, 5, WORDS),
    reply(1, 4, "Rien à signaler.", user="titulaire"),
    reply(1, 2, '=HYPERLINK("http://exemple.fr")', user="adjointe"),
    reply(3, 3, "La correction a manqué une semaine."),
)
DRAW = say("draw_bilan", at=at("2026-03-02"), by="cnam")
DRAWN = (*BEFORE, DRAW)
CONTENT = hash_bilan(play(*DRAWN).preserie.bilan)


def share(by, **fields):
    everyone = ["vendor", "cnam", "gie", "cpam:33", "cpam:38", "pilots", "profession:FSPF"]
    return say("share_bilan", at=at("2026-03-03"), by=by, with_=everyone, **fields)


TOLD = (
    *DRAWN,
    share("cnam", content=CONTENT),
    share("vendor", disagreement="La semaine du 9 février, le réseau était coupé en Isère."),
    share("vendor", content=CONTENT),
    say("decide", at=at("2026-03-09"), by="cnam", outcome="prolong"),
)


# As much as a présérie holds: ten pharmacies with long names, each of which answered at length.
MORE = tuple(f"33300{rank:04d}" for rank in range(5, 10))
LONG = "Grande pharmacie du centre commercial"


def join(am, rank):
    yield {**a_pharmacy(rank), "am": am, "name": f"{LONG} {rank}", "department": "33"}
    yield SUBMIT
    yield say("plan_installation", am=am, on="2026-02-02")
    yield say("train", am=am, on="2026-02-02")
    yield say("install", am=am, on="2026-02-02", traces_on=True)
    for week in range(2, 6):
        counts = {"attempts": 20, "recorded": 15 + week % 3}
        yield {**traces(0, **counts), "am": am, "at": at(MONDAYS[week])}
    yield {**scor(0), "am": am}
    yield {**answer(0), "am": am, "text": "Très bien, rien à redire. " * 6}


TEN = (*BEFORE, *(event for rank, am in enumerate(MORE, 5) for event in join(am, rank)), DRAW)
USED_BY_TEN = {**USED, **dict.fromkeys(MORE, USED[AMS[0]])}
