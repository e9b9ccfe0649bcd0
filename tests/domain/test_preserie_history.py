"""An event sent is a line of a file: its sender and its instant said, whatever its JSON is like."""

from datetime import UTC, datetime
import json
import re

from hypothesis import given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.preserie_history import name_preserie, write_line
from ordonnance.domain.preserie_party import CNAM, GIE, VENDOR, cpam, parse_party
from ordonnance.domain.preserie_reading import read_line
from ordonnance.domain.refusal import Refusal

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
members = st.dictionaries(
    st.text(max_size=5).filter(lambda name: name not in {"by", "at"}),
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.lists(st.integers()),
    max_size=4,
)
laid_out = st.sampled_from([None, 1, "\t", "\r"])


@given(members, st.sampled_from(["by", "at", "both", "null", "none"]), laid_out)
def test_a_line_says_all_that_was_sent_and_by_whom_and_when(said, how, indent):  # PRE-45, PRE-48
    theirs = {"by": "gie", "at": "2026-01-05T09:00:00+01:00"}
    chosen = {
        "by": {"by": "gie"},
        "at": {"at": theirs["at"]},
        "both": theirs,
        "null": {"by": None, "at": None},
        "none": {},
    }[how]
    document = f"\r\n {json.dumps(said | chosen, indent=indent)}\n"

    line = write_line(document, GIE, AT)

    assert not re.search("[\r\n]", line)
    told = json.loads(line)
    assert told["by"] == "gie"
    assert told["at"] == (chosen.get("at") or "2026-01-05T08:00:00+00:00")
    assert {name: value for name, value in told.items() if name not in {"by", "at"}} == said
    assert write_line(line, GIE, AT) == line


@pytest.mark.parametrize(
    ("said", "by"), [("cnam", VENDOR), ("cpam:33", cpam("38")), ("pilot:332000011", GIE)]
)
def test_nobody_speaks_for_another(said, by):  # PRE-45
    with pytest.raises(Refusal, match="ROLE_NOT_ALLOWED") as refused:
        write_line(json.dumps({"do": "fly", "by": said}), by, AT)

    assert parse_party(said).words in refused.value.sentence


def test_an_event_that_does_not_say_when_happened_when_it_came():  # PRE-45
    event = read_line(write_line('{"do": "draw_bilan"}', CNAM, AT))

    assert (event.at, event.by) == (AT, CNAM)


@given(st.text(max_size=20), st.text(max_size=20))
def test_an_identifier_follows_from_the_sender_and_the_key(vendor, key):  # PRE-44
    name = name_preserie(vendor, key)

    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{16}", name)
    assert name == name_preserie(vendor, key)
    assert name != name_preserie(vendor, key + "1")


def test_an_identifier_is_what_it_always_was():  # PRE-44
    assert name_preserie("Alba", "key") == "H8WSS8KYX82YVEAV"
