"""How French sets its punctuation, whatever shows the text."""

import re

_BEFORE_HIGH = re.compile(r" (?=[;!?%])")
_BEFORE_COLON = re.compile(r" (?=[:»])")
_NARROW, _BLANK = "\u202f", "\u00a0"
_KEPT = frozenset(("\n", _NARROW, _BLANK))


def bind(text: str) -> str:
    """*text* with the blanks that French keeps together made unbreakable.

    Narrow before « ;!?% », wide before a colon and inside quotes.

    Source: ours (PRE-62), after the Imprimerie nationale: no line begins with a « : ».
    """
    bound = _BEFORE_COLON.sub(_BLANK, _BEFORE_HIGH.sub(_NARROW, text))
    return bound.replace("« ", f"«{_BLANK}")


def drop_controls(text: str) -> str:
    """*text* with a space for each character that is neither seen nor a blank of French.

    No SVG may hold a control character, and one that turns the writing round would hide a name.

    Source: ours (PRE-62).
    """
    return "".join(one if one.isprintable() or one in _KEPT else " " for one in text)
