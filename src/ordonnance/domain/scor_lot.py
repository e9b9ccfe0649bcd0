"""A lot of SCOR: the invoices of a site, and what was decided of each piece.

Values of JSON become these by their names and types; ``check_lot`` refuses what cannot be so.

Source: SCOR-3.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
import re

from ordonnance.domain.identifiers import INS, AMNumber, INSAuthority, PrescriptionNumber
from ordonnance.domain.reason import Nature, Reason
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.scor import Decision, Phase

INVOICES_MAX = 500
LINES_MAX = 100
PIECES_MAX = 1000
TEXT_LENGTH_MAX = 200
DEGRADED = "DEGRADED"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?", re.ASCII)
_EXECUTION = re.compile(r"[0-9A-Z]{18}-E\d{1,9}", re.ASCII)


class ScorReasons:
    """Why a lot is refused as a whole; their codes answer no prescription's request."""

    ROLE_NOT_ALLOWED = Reasons.ROLE_NOT_ALLOWED
    LOT_TAKEN = Reason(
        "LOT_TAKEN",
        Nature.CONFLICT,
        "Un autre lot de votre site porte déjà ce nom. Rien n’a été gardé : donnez un nouveau nom "
        "à ce lot.",
    )
    LOT_UNKNOWN = Reason(
        "LOT_UNKNOWN",
        Nature.UNKNOWN,
        "Votre site n’a envoyé aucun lot de ce nom. Vérifiez-le, ou envoyez le lot.",
    )
    MEDIA_TYPE_UNSUPPORTED = Reason(
        "MEDIA_TYPE_UNSUPPORTED",
        Nature.MEDIA_TYPE,
        "Envoyez le lot en plusieurs parties (Content-Type: multipart/form-data) : « lot », puis "
        "une partie par pièce envoyée.",
    )
    BODY_MALFORMED = Reason(
        "BODY_MALFORMED",
        Nature.MALFORMED,
        "Le lot n’est pas lisible : {problem}. Rien n’a été gardé ; corrigez-le et renvoyez-le.",
    )
    BODY_TOO_LARGE = Reason(
        "BODY_TOO_LARGE",
        Nature.TOO_LARGE,
        "Le lot dépasse la limite : {problem}. Rien n’a été gardé ; faites plusieurs lots.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLine:
    """A line of an invoice: the CIP13 of a medicine, or the code of anything else."""

    cip: str | None = None
    code: str | None = None
    reimbursed: bool

    @property
    def billed(self) -> str:
        """What is billed."""
        return self.cip or self.code or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What was decided of a piece. *part* names the part that holds its scan."""

    piece: str
    decision: Decision
    reason: str
    part: str | None = None

    @property
    def is_degraded(self) -> bool:
        """Whether it is a feuille de soins of the degraded mode, as its reason says."""
        return self.reason == DEGRADED


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice: its patient's INS, its lines, the execution that it bills, its pieces."""

    invoice: str
    patient: str
    lines: tuple[BilledLine, ...]
    pieces: tuple[Piece, ...]
    number: str | None = None
    execution: str | None = None

    @property
    def prescription(self) -> PrescriptionNumber | None:
        """The prescription that it bills, named or told by the execution; None: none is."""
        said = self.number or (self.execution or "").partition("-")[0]
        return PrescriptionNumber.parse(said) if said else None

    @property
    def reimbursed(self) -> frozenset[str]:
        """The codes of the reimbursed lines."""
        return frozenset(line.billed for line in self.lines if line.reimbursed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A lot as a site closed it at the instant *closed_at*."""

    lot: str
    am: str
    closed_at: datetime
    phase: int | str
    invoices: tuple[Invoice, ...]

    @property
    def in_phase(self) -> Phase:
        """The phase in which it was closed."""
        return Phase(str(self.phase))

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Its pieces, in order."""
        return tuple(piece for invoice in self.invoices for piece in invoice.pieces)

    @property
    def parts(self) -> frozenset[str]:
        """The names of the parts that it needs."""
        return frozenset(
            piece.part
            for piece in self.pieces
            if piece.decision is Decision.SENT and piece.part is not None
        )


def is_name(text: str) -> bool:
    """Whether *text* may name a lot, an invoice, a piece or a part: 1 to 64 plain characters."""
    return _NAME.fullmatch(text) is not None


def check_lot(lot: Lot, am: AMNumber, parts: frozenset[str]) -> None:
    """Refuse a lot that cannot be: not of the site *am*, too long, or whose *parts* do not match.

    Raises:
        Refusal: ELEMENT_INVALID, ELEMENT_MISSING, INS_INVALID, NUMBER_MALFORMED.

    Source: SCOR-3.
    """
    if lot.am != am.value:
        raise _invalid("am", "am, le numéro AM du jeton")
    _require(is_name(lot.lot), "lot", "lot, de 1 à 64 lettres, chiffres, points ou tirets")
    _require(lot.closed_at.tzinfo is not None, "closed_at", "closed_at, avec son décalage")
    _require(str(lot.phase) in tuple(Phase), "phase", "phase, 1 ou 2")
    _require(len(lot.invoices) <= INVOICES_MAX, "invoices", f"au plus {INVOICES_MAX} factures")
    pieces = Counter((one.invoice, each.piece) for one in lot.invoices for each in one.pieces)
    _require(pieces.total() <= PIECES_MAX, "invoices", f"au plus {PIECES_MAX} pièces")
    _require(max(pieces.values(), default=1) == 1, "invoices", "chaque pièce une seule fois")
    for place, invoice in enumerate(lot.invoices):
        _check_invoice(invoice, f"invoices[{place}]")
    if lot.parts - parts:
        raise Refusal(Reasons.ELEMENT_MISSING, "part", problem="la partie d’une pièce envoyée")
    _require(parts <= lot.parts, "part", "aucune partie que le lot ne nomme pas")


def _check_invoice(invoice: Invoice, where: str) -> None:
    _require(is_name(invoice.invoice), f"{where}.invoice", "invoice, de 1 à 64 caractères simples")
    INS.parse(invoice.patient, INSAuthority.NIR, f"{where}.patient")
    _require(len(invoice.lines) <= LINES_MAX, f"{where}.lines", f"au plus {LINES_MAX} lignes")
    for line in invoice.lines:
        is_coded = 0 < len(line.billed) <= TEXT_LENGTH_MAX
        _require(is_coded, f"{where}.lines", "cip ou code sur chaque ligne")
    if invoice.execution is not None:
        is_execution = _EXECUTION.fullmatch(invoice.execution) is not None
        _require(is_execution, f"{where}.execution", "execution, l’identifiant du reçu")
        PrescriptionNumber.parse(invoice.execution.partition("-")[0], f"{where}.execution")
    if invoice.number is not None:
        PrescriptionNumber.parse(invoice.number, f"{where}.number")
    for piece in invoice.pieces:
        _check_piece(piece, f"{where}.pieces")


def _check_piece(piece: Piece, where: str) -> None:
    _require(is_name(piece.piece), where, "piece, de 1 à 64 caractères simples")
    _require(0 < len(piece.reason) <= TEXT_LENGTH_MAX, where, "reason, un motif")
    if piece.decision is Decision.SENT and piece.part is None:
        raise Refusal(Reasons.ELEMENT_MISSING, where, problem="part, d’une pièce envoyée")
    _require(piece.part is None or is_name(piece.part), where, "part, le nom d’une partie")


def _require(holds: bool, where: str, expected: str) -> None:  # noqa: FBT001 - a condition
    if not holds:
        raise _invalid(where, expected)


def _invalid(where: str, expected: str) -> Refusal:
    return Refusal(Reasons.ELEMENT_INVALID, where, problem=f"attendu {expected}")
