"""How deep a JSON text is, found without parsing it."""

from itertools import accumulate
import re

_BRACKETS = b"[]{}"
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(_BRACKETS))
_ALL_BUT_SIGNS = bytes(set(range(256)) - set(_BRACKETS + b'"\\'))
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")  # as signed bytes: one up, one down
# A string that never ends is one too, and nothing is tried twice: time stays proportional.
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


def depth_of(text: bytes) -> int:
    """How many levels *text* goes down; what is no JSON is as deep as its brackets."""
    steps = find_brackets(text).translate(_STEPS)
    return max(accumulate(memoryview(steps).cast("b")), default=0)


def find_brackets(text: bytes) -> bytes:
    """The brackets of a JSON text in order, without those inside its strings.

    A string that never ends goes to the end of the text.
    """
    signs = text
    if b"\\" in text:
        # An escaped quotation mark ends no string. Backslashes go by two, from the first.
        signs = text.replace(b"\\\\", b"\\_").replace(b'\\"', b"\\_")
    signs = signs.translate(None, delete=_ALL_BUT_SIGNS)
    # Two marks side by side are a string without brackets, or what is between two strings. What
    # comes after them is inside a string if what comes before is: they go, and few are left.
    outside = b"".join(signs.replace(b'""', b"").split(b'"')[::2])
    if b"\\" in outside:
        # No JSON: a backslash outside strings escapes nothing. Strings are read one by one.
        return _STRINGS.sub(b"", text).translate(None, delete=_ALL_BUT_BRACKETS)
    return outside
