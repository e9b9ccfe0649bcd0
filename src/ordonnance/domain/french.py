"""How French sets its punctuation, whatever shows the text."""

import re

_BEFORE_HIGH = re.compile(r" (?=[;!?%])")
_BEFORE_COLON = re.compile(r" (?=[:»])")
_NARROW, _BLANK = "\u202f", "\u00a0"


def bind(text: str) -> str:
    """*text* with the blanks that French keeps together made unbreakable.

    Narrow before « ;!?% », wide before a colon and inside quotes.

    Source: ours (PRE-62), after the Imprimerie nationale: no line begins with a « : ».
    """
    bound = _BEFORE_COLON.sub(_BLANK, _BEFORE_HIGH.sub(_NARROW, text))
    return bound.replace("« ", f"«{_BLANK}")
