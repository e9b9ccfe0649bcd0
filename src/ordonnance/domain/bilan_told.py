"""The bilan as a document: what its page, its PDF, its files and the terminal all show.

Every figure is said here once, in French, so that no two of them can differ.

Source: PRE-62.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from ordonnance.domain.modalites import Origin


class Verdict(StrEnum):
    """What is said of a criterion; WAIVED: not met, and set aside by the Cnam."""

    MET = "met"
    WAIVED = "waived"
    FAILED = "failed"


VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.MET: "atteint",
    Verdict.WAIVED: "levé par la Cnam",
    Verdict.FAILED: "non atteint",
}
VERDICT_SHAPES: Mapping[Verdict, str] = {
    Verdict.MET: "✓",
    Verdict.WAIVED: "◆",
    Verdict.FAILED: "✗",
}


class ChartKind(StrEnum):
    """How a chart is drawn: bars, one line over weeks, or one small one a pharmacy."""

    BARS = "bars"
    WEEKS = "weeks"
    MULTIPLES = "multiples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A criterion in a line: *figure* with its fraction, *target*, *interval* where it has one."""

    number: int
    name: str
    verdict: Verdict
    figure: str
    target: str
    interval: str | None = None

    @property
    def words(self) -> str:
        """The verdict, in words."""
        return VERDICT_WORDS[self.verdict]

    @property
    def shape(self) -> str:
        """The verdict, as a mark beside its words."""
        return VERDICT_SHAPES[self.verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a criterion is read: a badge (« Notre lecture »), and the reason or the text's words."""

    origin: Origin
    badge: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting of the modalities: its name and value in French, and where it comes from."""

    key: str
    name: str
    value: str
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; the first cell of a row is its heading. *numeric*: columns of figures, from 0."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar: its length as a share of one, what stands beside it, and its interval.

    *is_wrong*: what ought not to be; it is hatched.
    """

    name: str
    words: str
    share: Fraction | None
    low: float | None = None
    high: float | None = None
    is_wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A rate at one week, named by its Monday; *whole* is never zero."""

    name: str
    part: int
    whole: int
    low: float
    high: float

    @property
    def rate(self) -> Fraction:
        """The share of one."""
        return Fraction(self.part, self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Weeks in order, of one pharmacy or of all."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart: *title* says what is to be seen, *description* the figures, for who cannot see it.

    *key* names it among the others. *legend* says what its marks mean. BARS has bars, the others
    series.
    """

    key: str
    kind: ChartKind
    title: str
    description: str
    legend: str
    bars: tuple[Bar, ...] = ()
    series: tuple[Series, ...] = ()
    target: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A criterion at length. *apart*: what was set apart, and what it would change."""

    row: Row
    definition: str
    source: str
    readings: tuple[Reading, ...]
    remarks: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A count, and of how many (None: it is no share): one line of the long file."""

    criterion: int
    scope: str
    key: str
    what: str
    count: int
    whole: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BilanTold:
    """A bilan, told. *content* is its hash. *reader*: the pharmacy it is told to; None: everyone.

    *decision* is a sentence, and so is each of *waivers*, *signatures* and *disagreements*.

    Source: PRE-62.
    """

    software: str
    vendor: str
    versions: str
    cpam: str
    period: str
    drawn_at: datetime
    drawn: str
    content: str
    verdict: str
    is_met: bool
    rows: tuple[Row, ...]
    decision: str
    waivers: tuple[str, ...]
    signature: str
    signatures: tuple[str, ...]
    disagreements: tuple[str, ...]
    shared_with: str
    pharmacies: Table
    sections: tuple[Section, ...]
    modalities: str
    settings: tuple[Setting, ...]
    measures: tuple[Measure, ...]
    reader: str | None = None
