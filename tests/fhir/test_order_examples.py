"""The examples of the documentation are what the téléservice reads."""

import json
from pathlib import Path
import re

import pytest

from fhir.bodies import PATIENT, PRACTITIONER, bundle_of
from ordonnance.domain.order_sentence import say_order
from ordonnance.domain.prescribing_kinds import check_content
from ordonnance.fhir import prescription

PAGE = Path(__file__).resolve().parents[2] / "docs" / "teleservice.md"
SECTION = PAGE.read_text("utf-8").partition("\n### Un exemple de chaque nature\n")[2]
EXAMPLES = re.findall(
    r"« ([^»]+) »\.\n\n```json\n(.+?)\n```", SECTION.partition("\n### ")[0], re.DOTALL
)


def test_there_is_one_for_each_nature():  # TLS-40
    natures = "".join(text for _, text in EXAMPLES)

    assert len(EXAMPLES) == 8
    for nature in ("BIOLOGIE", "INFIRMIER", "KINESITHERAPIE", "ORTHOPHONIE", "ORTHOPTIE", "POD"):
        assert nature in natures


@pytest.mark.parametrize(("sentence", "text"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_is_read_and_says_what_is_written_above_it(sentence, text):  # TLS-42
    people = (("urn:uuid:1", PATIENT), ("urn:uuid:2", PRACTITIONER))

    [line] = prescription.read(bundle_of(*people, json.loads(text)))[0].lines

    assert " ".join(say_order(line).split()) == sentence
    assert check_content(line) == ()
