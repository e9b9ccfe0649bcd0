"""The bilans of a présérie, each told as it was left when the next one was drawn.

Source: PRE-86.
"""

from collections.abc import Sequence

from ordonnance.domain.bilan import Bilan
from ordonnance.domain.bilan_telling import tell_bilan
from ordonnance.domain.bilan_told import BilanTold
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_event_bilan import DrawBilan
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import PILOTS


def cut_at_bilan(history: History, number: int) -> History:
    """The présérie up to the last event before the bilan after that of *number* (from 1) was drawn.

    Its last bilan is then that one, with all that was said of it. Replayed, its lines give that
    bilan again.

    Source: PRE-86, PRE-88.
    """
    accepted = history.replayed.accepted
    drawn = [rank for rank in sorted(accepted) if isinstance(accepted[rank], DrawBilan)]
    return history.cut_after(drawn[number] - 1) if number < len(drawn) else history


def tell_drawn(history: History, number: int, reader: str | None = None) -> BilanTold:
    """The bilan of *number*, which was drawn, told; *reader*: as ``tell_bilan``.

    Source: PRE-86.
    """
    told = tell_bilan(cut_at_bilan(history, number).replayed, reader=reader)
    if told is None:
        message = "no bilan of that number was drawn"
        raise AssertionError(message)
    return told


def list_drawn(preserie: Preserie, *, is_for_pilots: bool) -> Sequence[tuple[int, Bilan]]:
    """The bilans that one may read, by their numbers from 1; pilots, those shared with them.

    Source: PRE-3, PRE-87.
    """
    return [
        (number, one)
        for number, one in enumerate(preserie.bilans, start=1)
        if not is_for_pilots or PILOTS in one.shared_with
    ]
