"""The sentences of warnings."""

import pytest

from ordonnance.domain.caveat import CAVEAT_SENTENCES
from ordonnance.domain.fact import CaveatCode


@pytest.mark.parametrize("code", CaveatCode)
def test_each_warning_has_a_sentence_that_ends(code):  # MED-1
    sentence = CAVEAT_SENTENCES[code].format(line=1, words="jusqu’au mar. 3 mars 2026")

    assert sentence.endswith(".")
    assert "{" not in sentence


def test_a_pharmacy_named_that_is_not_known_to_be_here_is_said():  # MED-17
    sentence = CAVEAT_SENTENCES[CaveatCode.NAMED_PHARMACY_UNCHECKED].format(line=2, words="")

    assert sentence == (
        "Ligne 2 : le prescripteur désigne une pharmacie, et rien ne dit que c’est la vôtre. "
        "Vérifiez-le."
    )
