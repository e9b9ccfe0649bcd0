"""A measure and two processes: what was counted before somebody else wrote is counted again."""

from functools import partial
import json

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.domain.product import NOTHING_KNOWN
from ordonnance.store.database import connect
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.preserie import Preseries, export
from ordonnance.usecases.scor import Known
from ordonnance.usecases.trace import take
from preserie_stories import AMS, DRAW, INSTALLED
from traces import a_trace
from usecases.test_preserie import AT, CNAM, VENDOR, draw, submit

WHO = {
    "vendor": VENDOR,
    "cnam": CNAM,
    "gie": Actor(role=Role.GIE),
}


def tell_story(preseries, story):
    name = submit(preseries, None, *story[:2], key="open").history.id
    for rank, event in enumerate(story[2:]):
        actor = WHO[EVENTS[event["do"]].roles[0].value]
        submit(preseries, name, event, key=f"{rank}", actor=actor)
    return name


def know(database, at):
    return Known(database, PlainSeal(), NOTHING_KNOWN, at)


def test_two_processes_do_not_measure_the_same_twice(database_url):  # PRE-51
    reach = partial(connect, database_url)
    other = Preseries(reach, draw, know)
    name = tell_story(Preseries(reach, draw), INSTALLED)
    database = connect(database_url)
    text = json.dumps(a_trace(n_am=AMS[0]))
    take(database, text, am=AMS[0], at=AT, sent_at=None)
    asked = []

    def know_late(base, at):
        """Somebody else draws the bilan between the counting and the writing."""
        asked.append(at)
        if len(asked) == 1:
            submit(other, name, DRAW, key="other")
        return know(base, at)

    drawn = submit(Preseries(reach, draw, know_late), name, DRAW, key="mine")

    assert len(asked) == 2
    assert drawn.history.preserie.bilan.criteria[0].detail["attempts"] == 1
    lines = map(json.loads, export(database, name))
    assert [line["do"] for line in lines][-3:] == ["traces", "draw_bilan", "draw_bilan"]
    database.close()
