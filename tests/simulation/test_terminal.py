"""What is told, as a terminal of 80 columns shows it."""

from io import StringIO

import pytest
from rich.console import Console

from builders import a_number
from ordonnance.simulation.qr import draw
from ordonnance.simulation.telling import (
    Answer,
    Drawing,
    Note,
    Progress,
    Refused,
    Speech,
    Table,
    Title,
    Verbatim,
    Warned,
)
from ordonnance.simulation.terminal import Screen, show, typeset

NARROW = "\u202f"


def shown(*told, width=40, **options):
    """What is printed of *told*, narrow spaces as « _ »."""
    console = Console(file=StringIO(), width=width, highlight=False, soft_wrap=True, **options)
    for one in told:
        show(console, one)
    return console.file.getvalue().replace(NARROW, "_")


def test_a_title_has_its_number_if_it_is_a_step():
    assert shown(Title(3, "Trois refus")) == "\n3. Trois refus\n"
    assert shown(Title(None, "Et maintenant ?")) == "\nEt maintenant_?\n"


def test_the_title_of_a_step_says_how_far_the_story_is():
    first, last = shown(Title(2, "Trois refus", 12)), shown(Title(12, "La fin", 12))

    assert first == "\n2. Trois refus        ━━──────────  2/12\n"
    assert last == "\n12. La fin            ━━━━━━━━━━━━ 12/12\n"
    assert {len(first.strip()), len(last.strip())} == {40}


def test_a_long_title_stands_alone():
    assert shown(Title(2, "Un titre qui prend sa place", 12)) == (
        "\n2. Un titre qui prend sa place\n"
    )


def test_numbers_stand_to_the_right_and_so_do_dashes_among_them():
    assert shown(Table(("qui", "note"), (("Un", "4"), ("Deux", "–")))) == (
        "\n      qui   note\n      ────  ────\n      Un       4\n      Deux     –\n"
    )


def test_an_answer_follows_what_was_asked():
    asked = Speech("La pharmacie", "délivre.")

    assert shown(asked, Answer(201, "Enregistrée."), Note("Fin.")) == (
        "\n   La pharmacie délivre.\n      ✓ 201  Enregistrée.\n\n   Fin.\n"
    )


def test_a_long_answer_stays_beside_its_mark():
    assert shown(Answer(201, "Enregistrée, marquée, et son motif avec elle.")) == (
        "      ✓ 201  Enregistrée, marquée, et\n             son motif avec elle.\n"
    )


def test_a_refusal_gives_its_code_and_its_sentence():
    assert shown(Refused(409, "CANCELLED", "Rien n’a été écrit : appelez.", False)) == (
        "      ✗ 409  CANCELLED\n             «_Rien n’a été écrit_:\n             appelez._»\n"
    )
    assert "✗ 409  EXPIRED, OVERRIDABLE\n" in shown(Refused(409, "EXPIRED", "Non.", True))


def test_a_warning_gives_its_code_and_its_sentence():
    assert shown(Warned("PRODUCT_UNKNOWN", "Ce produit n’est pas connu.")) == (
        "      ▲ avis PRODUCT_UNKNOWN\n             «_Ce produit n’est pas\n             connu._»\n"
    )


def test_columns_are_aligned_and_numbers_to_the_right():
    table = Table(("acte", "nombre"), (("émission", "2"), ("lecture : toutes", "10")))

    assert shown(table) == (
        "\n"
        "      acte              nombre\n"
        "      ────────────────  ──────\n"
        "      émission               2\n"
        "      lecture_: toutes      10\n"
    )


def test_the_last_column_goes_on_beneath_itself_where_there_is_no_room():
    table = Table(
        ("ligne", "posologie"), (("1", "un comprimé le matin et le soir, à jeun"), ("2", ""))
    )

    assert shown(table) == (
        "\n"
        "      ligne  posologie\n"
        "      ─────  ───────────────────────────\n"
        "          1  un comprimé le matin et le\n"
        "             soir, à jeun\n"
        "          2\n"
    )


def test_lines_to_copy_are_left_as_they_are():
    assert shown(Verbatim(("a : b « c »", "  d"))) == "\n      a : b « c »\n        d\n"


@pytest.mark.parametrize(
    ("text", "set_text"),
    [
        ("Quoi ? « Rien » : 2 boîtes ; 94,8 % !", "Quoi_? «_Rien_»_: 2_boîtes_; 94,8_%_!"),
        ("le 23 nov. 2026 à 14 h 05", "le 23_nov. 2026 à 14_h 05"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("", ""),
    ],
)
def test_french_is_set_with_narrow_spaces(text, set_text):
    assert typeset(text).replace(NARROW, "_") == set_text


def test_a_line_is_not_broken_at_a_narrow_space():
    said = shown(Note("une ligne de trente-six signes, ou 37 boîtes"), width=40)

    assert said == "\n   une ligne de trente-six signes, ou\n   37_boîtes\n"


def test_only_a_terminal_is_coloured():
    told = (Title(1, "Début"), Speech("Qui", "quoi."), Answer(200, "fait"))

    assert "\x1b" not in shown(*told)
    assert "\x1b[1mQui\x1b[0m quoi." in shown(*told, force_terminal=True, color_system="256")


def test_a_code_is_drawn_black_on_white_where_there_are_colours():
    number = a_number(7)
    drawing = draw(number)

    coloured = shown(
        Drawing(drawing, number.grouped), force_terminal=True, color_system="truecolor"
    )
    plain = shown(Drawing(drawing, number.grouped))

    paper = "\x1b[38;2;0;0;0;48;2;255;255;255m"
    lines = coloured.splitlines()[1:]
    assert lines[:15] == [f"      {paper}{line}\x1b[0m" for line in drawing]
    assert number.grouped in lines[15]
    assert plain.splitlines()[1:16] == [f"      {line}" for line in drawing]


def seen(*told, **options):
    """What a screen of 60 columns gets of *told*, before it is closed."""
    console = Console(file=StringIO(), width=60, highlight=False, soft_wrap=True, **options)
    screen = Screen(console)
    for one in told:
        screen.show(one)
    written = console.file.getvalue()
    screen.close()
    return written, console.file.getvalue()


def test_a_bar_moves_on_a_terminal_while_time_goes_by():
    told = (Progress(1, 4, "lundi"), Note("Bonjour."), Progress(2, 4, "mardi"))

    written, closed = seen(*told, force_terminal=True)

    assert "lundi" in written
    assert "Bonjour." in written
    assert "50%" in closed
    assert closed.endswith("\x1b[2K")  # it is gone, its line erased


def test_a_bar_that_is_full_goes_by_itself():
    written, closed = seen(Progress(4, 4, "vendredi"), force_terminal=True)

    assert "vendredi" in written
    assert written == closed


def test_no_bar_is_written_to_a_file():
    written, closed = seen(Progress(1, 4, "lundi"), Note("Bonjour."), Progress(2, 4, "mardi"))

    assert written == closed == "\n   Bonjour.\n"
