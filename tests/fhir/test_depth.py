from itertools import accumulate
import re

from hypothesis import given
from hypothesis import strategies as st

from ordonnance.fhir.depth import depth_of, find_brackets

SLOW_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
FRAGMENTS = st.lists(
    st.sampled_from(
        [b'"', b'""', b"\\", b'\\"', b"\\\\", b"[", b"]", b"{}", b"[" * 20, b":", b"a\n"]
    )
)


@given(FRAGMENTS.map(b"".join) | st.binary(max_size=60))
def test_brackets_are_those_outside_strings_whatever_the_text(body):
    expected = bytes(sign for sign in SLOW_STRINGS.sub(b"", body) if sign in b"[]{}")

    assert find_brackets(body) == expected


@given(FRAGMENTS.map(b"".join))
def test_what_is_no_json_is_as_deep_as_its_brackets(body):
    steps = [1 if sign in b"[{" else -1 for sign in SLOW_STRINGS.sub(b"", body) if sign in b"[]{}"]

    assert depth_of(body) == max(accumulate(steps), default=0)
