"""What a line of another kind than a medicine says, in one French sentence.

``10 séances de kinésithérapie, épaule droite, à domicile``. Without a capital nor a final stop,
as the sentence of a posology.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from ordonnance.domain.line import Flag, Kind, Line
from ordonnance.domain.order import Course

COURSE_WORDS: Mapping[Course, str] = {
    Course.ASSESSMENT: "bilan",
    Course.ASSESSMENT_AND_THERAPY: "bilan avec rééducation si nécessaire",
    Course.THERAPY: "rééducation",
}
# What a line of acts is called, where nothing else names it and in its sessions.
CARE_WORDS: Mapping[Kind, str] = {
    Kind.NURSING: "soins infirmiers",
    Kind.PHYSIOTHERAPY: "kinésithérapie",
    Kind.SPEECH_THERAPY: "orthophonie",
    Kind.ORTHOPTICS: "orthoptie",
    Kind.PODIATRY: "pédicurie-podologie",
}
_PLURAL = 2


def say_order(line: Line) -> str:
    """What *line* orders beside its name: how much, how often, where; empty for a medicine.

    Source: TLS-42.
    """
    if line.kind is Kind.MEDICINE:
        return ""
    order, flags = line.ordered, line.particular.flags
    phrases = [
        *_OF_KIND[line.kind](line),
        *order.details,
        *order.regions,
        order.pace,
        "à domicile" if Flag.AT_HOME in flags else "",
        "dimanches et jours fériés compris" if order.nursing and order.nursing.on_holidays else "",
        "en urgence" if Flag.URGENT in flags else "",
        *(f"par {name}" for name in order.performers),
        *order.instructions,
    ]
    return ", ".join(dict.fromkeys(phrase for phrase in phrases if phrase))


def _say_device(line: Line) -> list[str]:
    device = line.ordered.device
    said = []
    if line.quantity is not None:
        one = "unité" if device is None or not device.unit else device.unit
        said.append(_count(line.quantity, one))
    if device is not None and device.rental_days is not None:
        said.append(f"location de {_count(Decimal(device.rental_days), 'jour')}")
    return [*said, _say_renewals(line)]


def _say_biology(line: Line) -> list[str]:
    biology = line.ordered.biology
    specimens = () if biology is None else biology.specimens
    times = f"{line.fills} fois" if line.fills >= _PLURAL else ""
    return [times, f"prélèvement : {' et '.join(specimens)}" if specimens else ""]


def _say_sessions(line: Line) -> list[str]:
    care = CARE_WORDS[line.kind]
    if line.kind is Kind.NURSING:
        said = "" if line.quantity is None else _count(line.quantity, "acte")
    elif line.quantity is None:
        said = care
    else:
        joint = "d’" if care[0] in "aeiou" else "de "
        said = f"{_count(line.quantity, 'séance')} {joint}{care}"
    return [said, _say_renewals(line)]


def _say_therapy(line: Line) -> list[str]:
    therapy = line.ordered.therapy
    course = "" if therapy is None or therapy.course is None else COURSE_WORDS[therapy.course]
    sessions = _say_sessions(line)
    return [course, *(sessions[1:] if course and line.quantity is None else sessions)]


def _say_podiatry(line: Line) -> list[str]:
    podiatry = line.ordered.podiatry
    grade = None if podiatry is None else podiatry.grade
    said = "" if grade is None else f"pied diabétique de grade {grade}"
    return [*_say_sessions(line), said]


def _say_renewals(line: Line) -> str:
    return f"à renouveler {line.repeats} fois" if line.repeats else ""


def _count(number: Decimal, one: str) -> str:
    """``1 paire``, ``2 paires``; a word that already is in the plural, or is abridged, stays."""
    figures = f"{number.normalize():f}".replace(".", ",")
    is_plain = one.isalpha() and one[-1] not in "sxz"
    return f"{figures} {one}s" if number >= _PLURAL and is_plain else f"{figures} {one}"


_OF_KIND: Mapping[Kind, Callable[[Line], list[str]]] = {
    Kind.DEVICE: _say_device,
    Kind.BIOLOGY: _say_biology,
    Kind.NURSING: _say_sessions,
    Kind.PHYSIOTHERAPY: _say_sessions,
    Kind.SPEECH_THERAPY: _say_therapy,
    Kind.ORTHOPTICS: _say_therapy,
    Kind.PODIATRY: _say_podiatry,
}
