"""The content hash of a bilan: who signs it signs these figures, and can compute it again.

Source: ours (PRE-60).
"""

from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256
import json

from ordonnance.domain.bilan import Bilan, Criterion
from ordonnance.domain.days import day_in_paris


def hash_bilan(bilan: Bilan) -> str:
    """The SHA-256 of the canonical content of *bilan*, in hexadecimal.

    Source: ours (PRE-60).
    """
    return sha256(write_content(bilan).encode()).hexdigest()


def write_content(bilan: Bilan) -> str:
    """What a bilan says, in one way only: JSON, its members sorted, without blanks.

    Fractions are written ``93/98``. Shares and waivers, which come after it was drawn, are left
    out; so are the decimal numbers of details, which follow from the counts beside them.

    Source: ours (PRE-60).
    """
    subject = bilan.subject
    content = {
        "software": subject.software,
        "vendor": subject.vendor,
        "versions": list(subject.versions),
        "cpam": list(subject.cpam),
        "modalities": subject.modalities,
        "started_on": subject.started_on.isoformat() if subject.started_on else None,
        "ended_on": day_in_paris(bilan.drawn_at).isoformat(),
        "drawn_at": bilan.drawn_at.isoformat(),
        "since": bilan.since.value,
        "min_answers": bilan.min_answers,
        "criteria": [_describe(one) for one in bilan.criteria],
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _describe(criterion: Criterion) -> Mapping[str, object]:
    return {
        "id": criterion.number,
        "met": criterion.met,
        "met_by_text": criterion.met_by_text,
        "value": _write(criterion.value),
        "target": _write(criterion.target),
        "reading": list(criterion.reading),
        "detail": _drop_decimals(criterion.detail),
    }


def _write(value: bool | int | Fraction | None) -> object:  # noqa: FBT001 - a value
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value


def _drop_decimals(value: object) -> object:
    """*value* without the members that are decimal numbers, which no two languages write alike."""
    if isinstance(value, Mapping):
        kept = {name: one for name, one in value.items() if not isinstance(one, float)}
        return {name: _drop_decimals(one) for name, one in kept.items()}
    if isinstance(value, list | tuple):
        return [_drop_decimals(one) for one in value]
    return value
