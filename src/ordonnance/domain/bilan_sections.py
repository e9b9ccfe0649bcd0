"""One section a criterion: the text, the source, our readings, figures, and what was set apart.

Source: PRE-62, PRE-63.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ordonnance.domain import bilan_section_others as others
from ordonnance.domain import bilan_section_rate as rate
from ordonnance.domain.bilan import CRITERION_SETTINGS, CRITERION_TEXTS
from ordonnance.domain.bilan_facts import Facts
from ordonnance.domain.bilan_told import Reading, Row, Section
from ordonnance.domain.modalites import Modalities, Origin
from ordonnance.domain.modalites_words import ORIGIN_WORDS

SOURCES: Mapping[int, str] = {
    1: (
        "Les tentatives viennent des traces postes, les réussites de la base du téléservice ; les "
        "unes et les autres sont jointes par commande."
    ),
    2: (
        "Les anomalies sont signalées par les acteurs de la présérie et qualifiées par la Cnam ; "
        "l’emploi des opérations vient de la base."
    ),
    3: (
        "Les pièces sont jugées à la réception des lots SCOR, confrontées aux exécutions "
        "enregistrées ; la vérification des premières installations est celle du GIE "
        "SESAM-Vitale ou de la Cnam."
    ),
    4: "Ce que l’éditeur a énoncé.",
    5: (
        "Les réponses des pharmacies pilotes au questionnaire ; de chaque utilisateur, la dernière."
    ),
}


def tell_sections(facts: Facts, rows: tuple[Row, ...]) -> Iterator[Section]:
    """The five sections, in order; *rows*: the criteria in a line each."""
    criteria = facts.bilan.criteria
    first, second, third, fourth, fifth = (_begin(facts, row) for row in rows)
    target = facts.modalities.rate_target
    yield replace(
        first,
        charts=(rate.chart_pharmacies(facts, criteria[0]), *rate.chart_weeks(facts, target)),
        tables=tuple(rate.table_rates(facts, criteria[0])),
        apart=tuple(rate.say_apart(facts, criteria[0])),
    )
    yield replace(
        second,
        remarks=tuple(others.say_anomalies(facts)),
        tables=tuple(others.table_anomalies(facts)),
        apart=tuple(others.say_to_qualify(facts)),
    )
    yield replace(
        third,
        remarks=tuple(others.say_checks(facts)),
        charts=(others.chart_pieces(criteria[2]),),
        tables=(others.table_pieces(facts, criteria[2]),),
    )
    yield replace(fourth, remarks=others.say_prerequisites(facts))
    yield replace(
        fifth,
        charts=(others.chart_satisfaction(criteria[4]),),
        tables=(*others.table_answers(facts), *others.table_marks(criteria[4])),
        apart=tuple(others.say_replaced(criteria[4])),
    )


def _begin(facts: Facts, row: Row) -> Section:
    readings = [
        read_setting(facts.modalities, setting) for setting in CRITERION_SETTINGS[row.number]
    ]
    text = CRITERION_TEXTS[row.number]
    return Section(
        row=row,
        definition=f"« {text} »",
        source=SOURCES[row.number],
        # The words of the text are the definition: not told twice.
        readings=tuple(one for one in readings if one.words.strip("« »") != text),
    )


def read_setting(modalities: Modalities, setting: str) -> Reading:
    """Where *setting* comes from: a badge, and why. Source: PRE-34."""
    mark = modalities.marks[setting]
    words = f"« {mark.words} »" if mark.origin is Origin.TEXT else mark.words
    return Reading(
        origin=mark.origin,
        badge=ORIGIN_WORDS[mark.origin],
        words=words[0].upper() + words[1:],
    )
