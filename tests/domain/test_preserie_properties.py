"""Whatever happens to a présérie: nothing crashes, a refusal changes nothing, a replay is one."""

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from ordonnance.domain.bilan import bound, say_percent
from ordonnance.domain.preserie import state_of
from ordonnance.domain.preserie_possible import list_possible
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.domain.preserie_result import describe_replay
from ordonnance.domain.preserie_timeline import Progress, list_stages
from ordonnance.domain.preserie_waiting import find_waiting
from preserie_stories import (
    AMS,
    DEPLOYED,
    FIX,
    RUNNING,
    SAMPLES,
    a_pharmacy,
    anomaly,
    play,
    say,
    sender_of,
)

ams = st.sampled_from(AMS)
days = st.integers(12, 30).map(lambda day: f"2026-01-{day}")
instants = st.integers(0, 59).map(lambda minute: f"2026-02-20T09:{minute:02d}:00+01:00")
flags = st.booleans()
counts = st.integers(0, 50)
MEMBERS = {
    "at": instants,
    "am": ams,
    "on": days,
    "traces_on": flags,
    "conform": flags,
    "intrinsic": flags,
    "blocking": flags,
    "blocking_brake": flags,
    "attempts": counts,
    "recorded": counts,
    "business_refusals": counts,
    "sent_wrongly": counts,
    "stopped_wrongly": st.sampled_from([0, 0, 1]),
    "satisfaction": st.integers(1, 5),
    "operation": st.sampled_from(["consult", "execute", "correct", "undo"]),
    "item": st.sampled_from(["support", "kit_manual"]),
    "outcome": st.sampled_from(["deploy", "prolong", "extend", ["prolong", "extend"]]),
    "since": st.sampled_from(["opening", "decision", "fix"]),
    "by": st.sampled_from([None, "vendor", "cnam", "gie", "cpam:33", f"pilot:{AMS[0]}"]),
}
AGAIN = (
    *("submit_participants", "hold_launch_meeting", "hold_deployment_meeting", "stop_traces"),
    *("qualify_anomaly", "fix_anomaly"),
)
KNOWN = {event["do"]: event for event in (*SAMPLES.values(), *DEPLOYED, FIX, anomaly())}


@st.composite
def events(draw):
    """An event near to a right one: some of its members drawn again."""
    event = dict(KNOWN[draw(st.sampled_from(sorted(EVENTS)))])
    names = [name for name in MEMBERS if name in event or name in {"since", "by"}]
    if event["do"] != "draw_bilan":
        names.remove("since")
    for name in draw(st.lists(st.sampled_from(names), max_size=3)):
        event[name] = draw(MEMBERS[name])
    return event


starts = st.integers(0, len(DEPLOYED)).map(lambda count: DEPLOYED[:count])
values = st.recursive(
    st.none() | flags | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def as_file(replayed):
    told = describe_replay(replayed)
    return {
        name: value
        for name, value in told.items()
        if name not in {"refusals", "warnings", "covers"}
    }


@settings(max_examples=150, deadline=None)
@given(starts, st.lists(events(), max_size=25))
def test_a_refused_event_changes_nothing_and_a_replay_is_one(start, later):  # PRE-37
    story = [*start, *later]

    replayed = play(*story)

    accepted = [story[line - 1] for line in replayed.accepted]
    again = play(*accepted)
    assert again.refused == ()
    assert again.preserie == replayed.preserie
    assert as_file(again) == as_file(replayed)
    assert [one for _, one in again.warned] == [one for _, one in replayed.warned]
    assert describe_replay(play(*story)) == describe_replay(replayed)
    assert len(replayed.accepted) + len(replayed.refused) == len(story)


@settings(max_examples=100, deadline=None)
@given(starts, st.lists(events(), min_size=1, max_size=15))
def test_a_story_goes_on_from_where_it_was(start, later):  # PRE-37, PRE-42
    for count in range(len(later)):
        before, after = play(*start, *later[:count]), play(*start, *later[: count + 1])
        if len(after.refused) > len(before.refused):
            assert after.preserie == before.preserie
        assert state_of(after.preserie).value in json.dumps(describe_replay(after))


@settings(max_examples=100, deadline=None)
@given(starts, st.lists(events(), max_size=8), events())
def test_what_the_rules_take_was_offered_to_who_said_it(start, later, event):  # PRE-66
    before = play(*start, *later)
    after = play(*start, *later, event)
    party = sender_of(event)

    offered = list_possible(before.preserie, party)
    stages = list_stages(before)

    is_taken = len(after.accepted) > len(before.accepted)
    is_again = event["do"] in AGAIN  # the rules take it a second time, and it changes nothing
    assert not is_taken or is_again or event["do"] in offered
    assert all(stage.todo for stage in stages if stage.progress is Progress.CURRENT)
    for todo in find_waiting(before).todos:
        assert todo.parties
        assert re.fullmatch(r"[ÀA]\w* .+ : .+[^ ]\.", todo.say())
        assert todo.since is not None or not before.accepted


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(EVENTS)), st.dictionaries(st.sampled_from(sorted(MEMBERS)), values))
def test_whatever_a_line_holds_it_is_accepted_or_refused(verb, members):  # PRE-37
    lines = [*RUNNING, json.dumps(KNOWN[verb] | members)]

    replayed = play(*lines)

    assert len(replayed.accepted) + len(replayed.refused) == len(lines)
    json.dumps(describe_replay(replayed))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_no_event_or_one(line):  # PRE-37
    play(line)


@given(st.lists(instants, min_size=len(RUNNING), max_size=len(RUNNING)))
def test_instants_may_go_back(drawn):  # PRE-37
    story = [event | {"at": at} for event, at in zip(RUNNING, drawn, strict=True)]

    assert play(*story).refused == ()


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_an_interval_holds_its_rate_and_stays_a_share(part, more):  # PRE-38
    whole = part + more
    low, high = bound(part, whole)
    if not whole:
        assert (low, high) == (None, None)
        return

    assert 0 <= low <= part / whole + 1e-12
    assert part / whole - 1e-12 <= high <= 1


@given(st.fractions(0, 1))
def test_a_percentage_shown_is_never_above(rate):  # PRE-38
    whole, _, tenth = say_percent(rate).removesuffix("\u202f%").partition(",")
    shown = int(whole) * 10 + int(tenth or 0)

    assert shown <= rate * 1000 < shown + 1


@given(st.integers(5, 10))
def test_no_more_than_ten_take_part_without_an_extension(count):  # PRE-14
    story = [*DEPLOYED[:9], say("choose_cpam", cpam=["33", "38"])]
    story += [a_pharmacy(rank) for rank in range(count + 3)]

    assert len(play(*story).preserie.active) == min(10, count + 3)
