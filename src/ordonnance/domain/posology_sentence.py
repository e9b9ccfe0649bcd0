"""The French sentence of a posology.

``1 comprimé 3 fois par jour pendant 5 jours``. Without a capital it did not come with, and
without a final stop, so that it stands in a table as well as in a paragraph.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from ordonnance.domain.posology import Step, Timing
from ordonnance.domain.posology_amount import say_doses
from ordonnance.domain.posology_numeral import Wording
from ordonnance.domain.posology_period import say_bounds
from ordonnance.domain.posology_step import noun_of, say_structure, say_way
from ordonnance.domain.posology_text import append, clean, follows_on, in_full, is_many, soften

UNREAD = "posologie illisible\u00a0: voir l’ordonnance"
PARTLY_UNREAD = "(une partie de la posologie n’a pas pu être lue\u00a0: voir l’ordonnance)"


def say(steps: Sequence[Step], wording: Wording = Wording.FIGURES) -> str:
    """What a posology says, in one sentence; empty where it says nothing.

    Steps of one sequence are told together (« et »), the next sequence after them (« puis »).

    Source: POS-1.
    """
    if len(steps) == 1:
        return _say_alone(steps[0], wording)
    ordered = sorted(steps, key=lambda step: step.sequence)
    groups = (tuple(group) for _, group in groupby(ordered, key=lambda step: step.sequence))
    said = [words for words in (_say_together(group, wording) for group in groups) if words]
    return ", puis ".join([*said[:1], *(soften(words) for words in said[1:])])


def say_in_words(steps: Sequence[Step]) -> str:
    """The same with every number in words, and every unit; clock times and dates keep figures.

    What the law wants in words, whatever the sentence around it: units per intake, number of
    intakes, dosage.

    Source: POS-9; CSP, art. R. 5132-5 and R. 5132-29.
    """
    return say(steps, Wording.WORDS)


def _say_alone(step: Step, wording: Wording) -> str:
    """A posology of one step: what is more than a phrase gets a sentence of its own."""
    said, phrases = _tell(step, wording)
    for phrase in sorted(phrases, key=lambda phrase: not follows_on(phrase)):
        if follows_on(phrase) and not is_many(said):
            said = append(said, soften(phrase), is_apart=True)
        else:
            said = ". ".join(part for part in (said, phrase[:1].upper() + phrase[1:]) if part)
    return said


def _say_together(steps: tuple[Step, ...], wording: Wording) -> str:
    """Steps that run together; the route and the bounds that they share are said once."""
    shared = Step()
    if len(steps) > 1 and not any(_told_by_text(step, wording) for step in steps):
        first = steps[0]
        if all(_way_of(step) == _way_of(first) for step in steps):
            shared = replace(shared, route=first.route, method=first.method, site=first.site)
            steps = tuple(replace(step, route=None, method=None, site=None) for step in steps)
        bounds = first.timing.bounds
        if all(step.timing.bounds == bounds for step in steps):
            shared = replace(shared, timing=Timing(bounds=bounds))
            steps = tuple(replace(step, timing=replace(step.timing, bounds=None)) for step in steps)
    noun = noun_of(shared)
    said = [words for words in (_say_in_chain(step, noun, wording) for step in steps) if words]
    said = [*said[:1], *(soften(words) for words in said[1:])]
    link = ", et " if any("," in words for words in said) else " et "
    tail = (say_way(shared), say_bounds(shared.timing.bounds, wording))
    return ", ".join(part for part in (link.join(said), *tail) if part)


def _say_in_chain(step: Step, noun: str, wording: Wording) -> str:
    """One step among others: all in one breath."""
    body, phrases = _tell(step, wording, noun=noun)
    said = in_full(body)
    for phrase in phrases:
        is_quoted = is_many(phrase)
        words = in_full(phrase) if is_quoted else soften(phrase)
        said = append(said, words, is_apart=not is_quoted)
    return said


def _tell(step: Step, wording: Wording, *, noun: str = "prises") -> tuple[str, list[str]]:
    """What a step says, and the phrases that come after.

    A step told by the prescriber's text keeps its bounds and its instructions, unless the text
    says them in the same words.
    """
    text = _told_by_text(step, wording)
    if not text:
        return _flag(say_structure(step, wording, noun=noun), step), _instructions(step)
    after = [say_bounds(step.timing.bounds, wording), *_instructions(step)]
    return text, [phrase for phrase in after if phrase and _plain(phrase) not in _plain(text)]


def _plain(phrase: str) -> str:
    return " ".join(phrase.casefold().split())


def _told_by_text(step: Step, wording: Wording) -> str:
    """The prescriber's words, if they stand for the step: not all was read, or no dose is there.

    Empty where the structure is told.

    Source: POS-8.
    """
    is_told = bool(step.unread) or not step.doses or not say_doses(step.doses, wording)
    return clean(step.text) if is_told else ""


def _flag(said: str, step: Step) -> str:
    """*said*, and that it is not all, where something could not be read and no text tells it.

    Source: POS-8.
    """
    if not step.unread:
        return said
    return f"{said} {PARTLY_UNREAD}" if said else UNREAD


def _instructions(step: Step) -> list[str]:
    words = (*step.instructions, step.patient_instruction)
    return [phrase for text in words if (phrase := clean(text))]


def _way_of(step: Step) -> tuple[str | None, str | None, str | None]:
    return step.route, step.method, step.site
