"""What a Task says of its lines, in a few French words."""

import pytest

from ordonnance.fhir import terms
from ordonnance.simulation.telling import (
    PlotError,
    Table,
    extension_of,
    kinds_of,
    left_of,
    ranks_of,
    session_of,
    standing_of,
)


def a_line(rank, *, kind="KINESITHERAPIE", status="EN_COURS", left=9, unit="séance", **more):
    """A line of a Task; *more*: its ``stage``, its ``session``, what it ``order``s."""
    extensions = [
        {"url": terms.LINE_STATUS, "valueCode": status},
        {"url": terms.REMAINING, "valueQuantity": {"value": left, "unit": unit}},
        {"url": terms.KIND, "valueCode": kind},
    ]
    if "stage" in more:
        extensions.append({"url": terms.STAGE, "valueCode": more["stage"]})
    if "order" in more:
        extensions.append({"url": terms.ORDER, "valueString": more["order"]})
    if "session" in more:
        parts = [{"url": name, "valueInteger": n} for name, n in more["session"].items()]
        extensions.append({"url": terms.SESSION, "extension": parts})
    reference = {"identifier": {"value": f"012J-{rank}"}, "display": more.get("name", "Marche")}
    return {"extension": extensions, "valueReference": reference}


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        ({"session": {"done": 3, "planned": 12}}, "reste 9 séances"),
        ({"session": {"done": 3, "planned": 12}, "stage": "INTERROMPUE"}, "interrompue"),
        ({"session": {"done": 1}, "left": 364, "unit": "jour"}, "en cours"),
        ({"session": {"done": 1}, "stage": "FIN_DE_SERIE", "status": "TERMINEE"}, "terminée"),
        ({"kind": "BIOLOGIE", "stage": "PRELEVE", "left": 1, "unit": "examen"}, "prélevée"),
        ({"kind": "BIOLOGIE", "stage": "TRANSMIS", "left": 1, "unit": "examen"}, "transmise"),
        ({"kind": "BIOLOGIE", "status": "TERMINEE", "left": 0, "unit": "examen"}, "terminée"),
        ({"kind": "MEDICAMENT", "left": 2, "unit": "boîte"}, "reste 2 boîtes"),
        ({"kind": "MEDICAMENT", "status": "ANNULEE", "left": 0, "unit": "boîte"}, "annulée"),
    ],
)
def test_where_a_line_stands_is_said_in_a_few_words(said, standing):
    assert standing_of({"input": [a_line(5, **said)]}, 5) == standing


def test_a_line_is_known_by_its_rank_in_the_ordonnance():
    task = {"input": [a_line(2, left=1), a_line(5, session={"done": 2, "planned": 12})]}

    assert ranks_of(task) == ["2", "5"]
    assert session_of(task, 5) == "2 sur 12"
    assert standing_of(task, 2) == "reste 1 séance"


def test_the_lines_of_every_kind_make_a_table():
    lines = (
        a_line(1, kind="DISPOSITIF", name="Déambulateur", order="1 unité"),
        a_line(2, kind="PEDICURIE_PODOLOGIE", name="Prévention"),
    )

    assert kinds_of({"input": lines}) == Table(
        ("ligne", "nature", "ce qui est prescrit"),
        (
            ("1", "dispositif", "Déambulateur, 1 unité"),
            ("2", "pédicurie-podologie", "Prévention"),
        ),
    )


def test_what_remains_names_what_is_open_and_nothing_else():
    opened = a_line(1, kind="MEDICAMENT", name="AMLOR 5 mg, gélule", left=2, unit="boîte")
    closed = a_line(2, status="TERMINEE", left=0)

    assert left_of({"input": [opened, closed]}) == "AMLOR 5 mg : 2 boîtes"
    assert left_of({"input": [closed]}) == "–"


def test_a_story_stops_where_a_task_does_not_say_what_it_should():
    task = {"extension": [{"url": f"{terms.EXTENSION}replacedBy", "valueString": "x"}]}

    assert extension_of(task, "replacedBy")["valueString"] == "x"
    with pytest.raises(PlotError, match="not so that the Task bears reserved"):
        extension_of(task, "reserved")
