"""The pictures of the documents: small, told in words, and each made by a test."""

from pathlib import Path
import re

from PIL import Image
import pytest

from screens import BYTES_MAX, WIDTH_MAX, shrink

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
SHOWN = re.compile(r"!\[([^\]]*)\]\(((?:docs/)?screens/[^)\s]+)\)")
MADE = re.compile(r'\.show\("([^"]+)"\)|SHOTS / "([^"]+)\.png"')
SCREENS = sorted((DOCS / "screens").iterdir())


def list_shown():
    """Every picture that a document shows: its file, and what it says to who does not see it."""
    for path in (*REPOSITORY.glob("*.md"), *DOCS.glob("*.md")):
        for words, name in SHOWN.findall(path.read_text("utf-8")):
            yield path.parent / name, words


def test_every_picture_is_there_is_told_in_words_and_none_is_left_over():
    shown = list(list_shown())

    assert {path for path, _ in shown} == set(SCREENS)
    assert [path.name for path, words in shown if len(words) < 40] == []


def test_every_picture_is_one_that_a_test_makes():
    guide = (REPOSITORY / "tests" / "browser" / "test_guide.py").read_text("utf-8")
    made = {one or other for one, other in MADE.findall(guide)}

    assert {path.stem for path in SCREENS} == made


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.name)
def test_a_picture_is_small(path):
    with Image.open(path) as picture:
        assert picture.mode == "P"
        assert picture.width <= WIDTH_MAX
    assert path.stat().st_size <= BYTES_MAX


def test_a_picture_that_is_too_large_is_made_small(tmp_path):
    (tmp_path / "small.png").write_bytes(shrink(Image.radial_gradient("L").resize((1600, 500))))

    with Image.open(tmp_path / "small.png") as picture:
        assert picture.size == (1280, 400)
    assert (tmp_path / "small.png").stat().st_size <= BYTES_MAX
