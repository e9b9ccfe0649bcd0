"""Every count of a bilan, one line each, for whoever wants to compute again.

Source: PRE-64.
"""

from collections.abc import Iterator, Mapping

from ordonnance.domain.bilan import Criterion
from ordonnance.domain.bilan_criteria import SCALE
from ordonnance.domain.bilan_facts import Facts
from ordonnance.domain.bilan_section_others import PIECES, STEPS
from ordonnance.domain.bilan_told import Measure
from ordonnance.domain.bilan_words import count_of, list_of
from ordonnance.domain.modalites_words import say_operation

_TOTAL = "toutes"
_RECORDED = "exécutions enregistrées"


def list_measures(facts: Facts) -> Iterator[Measure]:
    """The counts of criteria 1, 3 and 5, then of the steps used; nobody is named but by N° AM.

    To a pilot, another pharmacy is its letter.

    Source: PRE-64.
    """
    rate, _, pieces, _, satisfaction = facts.bilan.criteria
    yield from _list_rates(facts, rate)
    yield from _list_pieces(facts, pieces)
    counts = satisfaction.detail["distribution"]
    for mark, count in zip(SCALE, counts if isinstance(counts, list) else [], strict=False):
        what = f"réponses « {mark} sur 5 »"
        yield Measure(criterion=5, scope="ensemble", key=_TOTAL, what=what, count=int(count))
    for am, used in sorted(facts.used.items()):
        for step, count in used.items():
            what = STEPS.get(step, step)
            yield Measure(
                criterion=2, scope="pharmacie", key=_key(facts, am), what=what, count=count
            )


def _key(facts: Facts, am: str) -> str:
    return am if facts.may_name(am) else facts.name(am)


def _list_rates(facts: Facts, criterion: Criterion) -> Iterator[Measure]:
    detail = criterion.detail
    yield _rate(detail, "ensemble", _TOTAL, _RECORDED)
    for one in list_of(detail["pharmacies"]):
        yield _rate(one, "pharmacie", _key(facts, str(one["am"])), _RECORDED)
    for one in list_of(detail["versions"]):
        yield _rate(one, "version", str(one["version"]), _RECORDED)
    for one in list_of(detail["operations"]):
        operation = say_operation(str(one["operation"]))
        yield _rate(one, "opération", operation, "commandes enregistrées")


def _rate(one: Mapping[str, object], scope: str, key: str, what: str) -> Measure:
    low, high = one["low"], one["high"]
    return Measure(
        criterion=1,
        scope=scope,
        key=key,
        what=what,
        count=count_of(one["recorded"]),
        whole=count_of(one["counted"]),
        low=low if isinstance(low, float) else None,
        high=high if isinstance(high, float) else None,
    )


def _list_pieces(facts: Facts, criterion: Criterion) -> Iterator[Measure]:
    for kind, (name, _) in PIECES.items():
        what = f"pièces {name.lower()}"
        count = count_of(criterion.detail[kind])
        yield Measure(criterion=3, scope="ensemble", key=_TOTAL, what=what, count=count)
        for one in list_of(criterion.detail["pharmacies"]):
            key, count = _key(facts, str(one["am"])), count_of(one[kind])
            yield Measure(criterion=3, scope="pharmacie", key=key, what=what, count=count)
