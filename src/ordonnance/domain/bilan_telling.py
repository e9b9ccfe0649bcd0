"""``tell_bilan``: the bilan of a présérie, told as a document, its first page written here.

Source: PRE-62.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum

from ordonnance.domain.bilan import Criterion, Share
from ordonnance.domain.bilan_facts import Facts, Used, gather, redact
from ordonnance.domain.bilan_hash import hash_bilan
from ordonnance.domain.bilan_measures import list_measures
from ordonnance.domain.bilan_sections import read_setting, tell_sections
from ordonnance.domain.bilan_told import BilanTold, Row, Setting, Table, Verdict
from ordonnance.domain.bilan_words import say_figure, say_interval, say_target
from ordonnance.domain.days import say_date, say_day, say_hour
from ordonnance.domain.french import bind, drop_controls
from ordonnance.domain.modalites import MARKS, say_cpam
from ordonnance.domain.modalites_words import SETTING_NAMES, say_setting
from ordonnance.domain.preserie import Participant
from ordonnance.domain.preserie_decision import OUTCOME_WORDS
from ordonnance.domain.preserie_party import CNAM, VENDOR, say_parties
from ordonnance.domain.preserie_replay import Replay


def tell_bilan(
    replayed: Replay, *, used: Used | None = None, reader: str | None = None
) -> BilanTold | None:
    """The bilan last drawn, told; None: none was drawn.

    *used*: by N° AM, how often each step of the process served. *reader*: the N° AM of the pilot
    it is told to, who reads its own figures by name and the others' by letter.

    Source: PRE-62, PRE-64.
    """
    facts = gather(replayed, used)
    if facts is None:
        return None
    return tell(facts if reader is None else redact(facts, reader))


def tell(facts: Facts) -> BilanTold:
    """A bilan told from its facts, its blanks bound as French sets them."""
    bilan, subject = facts.bilan, facts.bilan.subject
    rows = tuple(tell_row(facts, one) for one in bilan.criteria)
    told = BilanTold(
        software=subject.software,
        vendor=subject.vendor,
        versions=", ".join(subject.versions),
        cpam=", ".join(map(say_cpam, subject.cpam)),
        period=say_period(facts),
        drawn_at=bilan.drawn_at,
        drawn=say_instant(bilan.drawn_at),
        content=hash_bilan(bilan),
        verdict=say_verdict(facts, rows),
        is_met=bilan.is_met,
        rows=rows,
        decision=say_decision(facts),
        waivers=tuple(say_waivers(facts)),
        signature=say_signature(facts),
        signatures=tuple(f"{say_who(one)}, {say_instant(one.at)}" for one in bilan.signatures),
        disagreements=tuple(
            f"{say_who(one)}, {say_instant(one.at)} : « {one.disagreement} »"
            for one in bilan.disagreements
        ),
        shared_with=say_parties(bilan.shared_with),
        pharmacies=tell_pharmacies(facts),
        sections=tuple(
            tell_sections(facts, rows),
        ),
        modalities=subject.modalities,
        settings=tuple(tell_settings(facts)),
        measures=tuple(list_measures(facts)),
        reader=facts.reader,
    )
    return bind_all(told)


def tell_row(facts: Facts, criterion: Criterion) -> Row:
    """A criterion in a line. Source: PRE-23, PRE-35, PRE-38."""
    waived = {waiver.criterion for waiver in facts.bilan.waives}
    verdict = Verdict.MET if criterion.met else Verdict.FAILED
    if not criterion.met and criterion.met_by_text and criterion.number in waived:
        verdict = Verdict.WAIVED
    return Row(
        number=criterion.number,
        name=criterion.name,
        verdict=verdict,
        figure=say_figure(criterion),
        target=say_target(criterion, facts.modalities),
        interval=say_interval(criterion.low, criterion.high),
    )


def say_verdict(facts: Facts, rows: tuple[Row, ...]) -> str:
    """The verdict in one sentence. Source: PRE-23, PRE-35."""
    subject = facts.bilan.subject
    who = f"{subject.software} {', '.join(subject.versions)}"
    missed = [one for one in facts.bilan.criteria if not one.met]
    if not missed:
        return f"{who} atteint les cinq critères du bilan."
    names = ", ".join(f"{one.number} ({one.name[0].lower()}{one.name[1:]})" for one in missed)
    which = f"le critère {names}" if len(missed) == 1 else f"les critères {names}"
    if all(one.verdict is not Verdict.FAILED for one in rows):
        return f"{who} atteint ce que le texte exige ; la Cnam a levé {which}."
    ours = [str(one.number) for one in missed if one.met_by_text]
    if not ours:
        return f"{who} n’atteint pas {which}."
    return (
        f"{who} n’atteint pas {which}. Ce que le texte exige est atteint pour : "
        f"{', '.join(ours)} ; c’est un seuil de notre lecture qui manque."
    )


def say_decision(facts: Facts) -> str:
    """What the Cnam decided on it. Source: PRE-33."""
    if facts.decision is None:
        return "La Cnam n’a pas encore décidé."
    outcome = " et ".join(OUTCOME_WORDS[one] for one in facts.decision.outcome)
    return f"La Cnam a décidé {outcome}, {say_day(facts.decision.at)}."


def say_waivers(facts: Facts) -> Iterator[str]:
    """The thresholds set aside, each with its reason. Source: PRE-35."""
    missed = {one.number for one in facts.bilan.criteria if not one.met}
    for waiver in facts.bilan.waives:
        if waiver.criterion in missed:
            yield f"Critère {waiver.criterion} levé par la Cnam : « {waiver.reason} »"


def say_signature(facts: Facts) -> str:
    """Whether vendor and Cnam signed it together, and who is missing. Source: PRE-61."""
    if facts.bilan.is_signed:
        return "Signé ensemble par l’éditeur et la Cnam."
    signed = {one.by for one in facts.bilan.signatures}
    missing = say_parties(tuple(one for one in (VENDOR, CNAM) if one not in signed))
    return f"Pas encore signé ensemble ; manque : {missing}."


def say_who(share: Share) -> str:
    """Who shared it, at the head of a sentence."""
    words = share.by.words if share.by else "Un acteur"
    return words[0].upper() + words[1:]


def say_instant(at: datetime) -> str:
    """A day and its hour in Paris: ``le lun. 12 janv. 2026, 14 h 05``."""
    return f"{say_day(at)}, {say_hour(at)}"


def say_period(facts: Facts) -> str:
    """From the first ordonnances to the day on which it was drawn. Source: PRE-11."""
    ended = say_day(facts.bilan.drawn_at).removeprefix("le ")
    started = facts.bilan.subject.started_on
    if started is None:
        return f"aucune ordonnance envoyée au {ended}"
    return f"du {say_date(started).removeprefix('le ')} au {ended}"


def tell_pharmacies(facts: Facts) -> Table:
    """The pharmacies, in the order of their enrolment; of another one a pilot reads no more.

    Source: PRE-41, PRE-64.
    """
    return Table(
        caption="Les pharmacies pilotes",
        head=("Pharmacie", "N° AM", "CPAM", "Installée", "Version", "Participation"),
        rows=tuple(_tell_pharmacy(facts, one) for one in facts.preserie.participants.values()),
    )


def _tell_pharmacy(facts: Facts, one: Participant) -> tuple[str, ...]:
    installed = say_date(one.installed_on).removeprefix("le ") if one.installed_on else "–"
    known = (one.am, one.department, installed, one.version)
    shown = known if facts.may_name(one.am) else ("–",) * len(known)
    return (facts.name(one.am), *shown, "en cours" if one.is_active else "a quitté")


def tell_settings(facts: Facts) -> Iterator[Setting]:
    """Every setting, its value, and whether the text or we say so. Source: PRE-34."""
    for key in MARKS:
        yield Setting(
            key=key,
            name=SETTING_NAMES[key],
            value=say_setting(facts.modalities, key),
            reading=read_setting(facts.modalities, key),
        )


def bind_all(told: BilanTold) -> BilanTold:
    """The same, every text in it fit to be shown, and bound as French sets it."""
    bound = {one.name: _bind(getattr(told, one.name)) for one in fields(told)}
    return replace(told, **bound)  # type: ignore[arg-type]  # each of the type it had


def _bind(value: object) -> object:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return bind(drop_controls(value))
    if isinstance(value, tuple):
        return tuple(_bind(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        bound = {one.name: _bind(getattr(value, one.name)) for one in fields(value)}
        return replace(value, **bound)
    return value
