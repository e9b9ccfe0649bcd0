"""The bilan as a pilot reads it: its own figures named, the others' not, nothing they wrote."""

import json

import pytest

from bilan_stories import NAMES, TOLD, USED, WORDS
from ordonnance.domain.bilan_files import describe_told
from ordonnance.domain.bilan_telling import tell_bilan
from preserie_stories import AMS, DRAW, RUNNING, answer, play


def tell(*events, **fields):
    return tell_bilan(play(*events), **fields)


@pytest.mark.parametrize("rank", range(5))
def test_a_pilot_reads_its_own_figures_by_name_and_no_other_name(rank):  # PRE-64
    told = tell(*TOLD, used=USED, reader=AMS[rank])
    written = json.dumps(describe_told(told), ensure_ascii=False)

    assert AMS[rank] in written
    assert NAMES[rank] in written
    for other in range(5):
        if other != rank:
            assert AMS[other] not in written
            assert NAMES[other] not in written
    assert "Pharmacie A" in written


def test_a_pilot_reads_nothing_that_another_wrote():  # PRE-64
    written = json.dumps(describe_told(tell(*TOLD, reader=AMS[1])), ensure_ascii=False)

    for secret in (WORDS[:20], "La correction échoue", "A1", "Travaux", "adjointe,", "Lots relus"):
        assert secret not in written
    assert "Rien à signaler." in written


def test_the_figures_of_all_are_the_same_for_a_pilot():  # PRE-64
    whole, redacted = tell(*TOLD), tell(*TOLD, reader=AMS[1])

    assert redacted.rows == whole.rows
    assert redacted.content == whole.content
    assert [(one.count, one.whole) for one in redacted.measures] == [
        (one.count, one.whole) for one in whole.measures
    ]


def test_letters_do_not_change_from_one_figure_to_another():  # PRE-64
    told = tell(*TOLD, reader=AMS[1])

    assert [row[:2] for row in told.pharmacies.rows] == [
        ("Pharmacie A", "–"),
        ("Pharmacie des Quais", AMS[1]),
        ("Pharmacie B", "–"),
        ("Pharmacie C", "–"),
        ("Pharmacie D", "–"),
    ]
    assert told.sections[0].charts[0].bars[0].name == "Pharmacie C"


def test_what_would_lift_a_brake_is_told_to_who_may_read_it():  # PRE-73
    brake = answer(2, brake=True, brake_="Un lecteur 2D", answers={"execute": 5, "undo": None})
    story = (*RUNNING, brake, answer(0, answers={"execute": 2}), DRAW)

    whole = json.dumps(describe_told(tell(*story)), ensure_ascii=False)
    own = json.dumps(describe_told(tell(*story, reader=AMS[2])), ensure_ascii=False)
    other = json.dumps(describe_told(tell(*story, reader=AMS[1])), ensure_ascii=False)

    assert ["Un lecteur 2D" in one for one in (whole, own, other)] == [True, True, False]


def test_each_operation_asked_about_has_a_row():  # PRE-73
    said = answer(2, answers={"execute": 5, "undo": None})
    told = tell(*RUNNING, said, answer(0, answers={"execute": 2}), DRAW)

    tables = {table.caption: table for section in told.sections for table in section.tables}
    rows = tables["La satisfaction par opération, sans effet sur le critère"].rows
    assert rows == (("exécuter", "3,50 sur 5", "2", "0"), ("annuler", "–", "0", "1"))


def test_nothing_is_said_of_operations_that_nobody_was_asked_about():  # PRE-73
    told = tell(*RUNNING, DRAW)

    captions = [table.caption for section in told.sections for table in section.tables]
    assert not any("par opération, sans effet" in one for one in captions)
