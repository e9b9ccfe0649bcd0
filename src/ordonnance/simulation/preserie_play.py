"""Where two préséries are played side by side: their counters, their days, the events they tell."""

from collections import Counter as Tally
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from ordonnance.domain.days import PARIS
from ordonnance.simulation.correspondent import Said, accepted
from ordonnance.simulation.population import (
    ALBA,
    ANNE,
    CNAM,
    CORAIL,
    GIE,
    MARC,
    OTHER_PILOTS,
    PILOTS,
    Partner,
    Person,
    Professional,
)
from ordonnance.simulation.preserie_counter import Counter
from ordonnance.simulation.preserie_papers import Installed
from ordonnance.simulation.preserie_plan import (
    ENDED,
    INSTALLED,
    OTHERS_INSTALLED,
    SEED,
    Visit,
    draw_other_visits,
    draw_visits,
)
from ordonnance.simulation.stage import A_DAY, Stage
from ordonnance.simulation.telling import Progress, say_short_day

OPENS_AT, CLOSES_AT = time(9), time(19, 30)
DEPARTMENT = "33"
VERSION = "5.0"
MAIL_DOMAIN = "demonstration.example"
CHANCE_BYTES = 9  # 72 bits, of which a number takes 65
PARTNERS: Mapping[str, Partner] = {"cnam": CNAM, "gie": GIE}


@dataclass(slots=True, kw_only=True)
class Trial:
    """A vendor's présérie. *name* is its identifier once it is opened, *said* the last answer.

    *days* are those of the installations, counted as the plan does, in the order of *pilots*.
    """

    vendor: Partner
    software: str
    version: str
    market_share_percent: float
    pilots: Sequence[Professional]
    days: Sequence[int]
    visits: Sequence[Visit]
    counters: Sequence[Counter]
    name: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sent(self) -> Tally[str]:
        """What the téléservice answered to all its pharmacies, as ``Counter.sent`` counts it."""
        return sum((one.sent for one in self.counters), Tally())


@dataclass(slots=True, kw_only=True)
class Play:
    """Two préséries under way. *first* is the day 0 of the plan, *day* the last that was closed."""

    stage: Stage
    first: datetime
    alba: Trial
    corail: Trial
    day: int = -1
    keys: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def trials(self) -> tuple[Trial, Trial]:
        """The two, that which succeeds first."""
        return self.alba, self.corail

    def on(self, day: int) -> str:
        """A day of the plan, as events write it."""
        return (self.first + day * A_DAY).date().isoformat()

    def wait(self, day: int, hour: time = OPENS_AT) -> None:
        """Let time go by until an *hour*, in Paris, of a day of the plan."""
        then = (self.first + day * A_DAY).date()
        self.stage.clock.wait_until(datetime.combine(then, hour, PARIS))

    def live(self, day: int) -> Iterator[Progress]:
        """Every counter, each evening, up to the end of that *day*."""
        while self.day < day:
            today = self.day + 1
            self.wait(today)
            for trial in self.trials:
                for rank, visit in enumerate(one for one in trial.visits if one.day == today):
                    patient = (ANNE, MARC)[(today + rank) % 2]
                    trial.counters[visit.pharmacy].serve(visit.scene, patient)
            self.wait(today, CLOSES_AT)
            for trial in self.trials:
                for counter in trial.counters:
                    counter.close()
            self.day = today
            yield Progress(today, ENDED, say_short_day(self.first + today * A_DAY))

    def ask(self, trial: Trial, do: str, *, by: Person | None = None, **members: Any) -> Said:  # noqa: ANN401 - members of an event
        """What is answered to an event; *by* None: its vendor tells it. ``with_`` is ``with``."""
        said = {"do": do} | {name.removesuffix("_"): value for name, value in members.items()}
        key = f"{do}-{next(self.keys)}"
        return self.stage.by(by or trial.vendor).tell(trial.name, said, key=key)

    def tell(self, trial: Trial, do: str, *, by: Person | None = None, **members: Any) -> None:  # noqa: ANN401 - members of an event
        """Tell an event, whose answer *trial* keeps.

        Raises:
            PlotError: it is refused.
        """
        trial.said = accepted(self.ask(trial, do, by=by, **members))


def make_play(stage: Stage) -> Play:
    """Both préséries, before anything: they will begin on the next Monday of *stage*, at nine."""
    alba = make_trial(stage, ALBA, PILOTS, market_share_percent=12.5)
    corail = make_trial(stage, CORAIL, OTHER_PILOTS, market_share_percent=0.6)
    return Play(stage=stage, first=find_monday(stage.at), alba=alba, corail=corail)


def find_monday(at: datetime) -> datetime:
    """The first Monday, at nine in Paris, that is not before *at*."""
    there = at.astimezone(PARIS)
    monday = datetime.combine(there.date() - timedelta(days=there.weekday()), OPENS_AT, PARIS)
    return monday if monday >= there else monday + timedelta(weeks=1)


def make_trial(
    stage: Stage, vendor: Partner, pilots: Sequence[Professional], *, market_share_percent: float
) -> Trial:
    """The présérie of the software of *vendor*, in the version it begins with."""
    software = f"{vendor.name} LGO"
    is_first = vendor is ALBA
    return Trial(
        vendor=vendor,
        software=software,
        version=VERSION,
        market_share_percent=market_share_percent,
        pilots=pilots,
        days=INSTALLED if is_first else OTHERS_INSTALLED,
        visits=draw_visits() if is_first else draw_other_visits(),
        counters=[make_counter(stage, vendor.name, software, one) for one in pilots],
    )


def make_counter(stage: Stage, vendor: str, software: str, pharmacy: Professional) -> Counter:
    """The counter of a *pharmacy*, with the *software* of *vendor* in its first version."""
    am = am_of(pharmacy)
    return Counter(
        stage=stage,
        who=pharmacy,
        installed=Installed(vendor=vendor, software=software, version=VERSION, am=am),
        chances=draw_chances(am).__next__,
    )


def write_software(trial: Trial, version: str) -> dict[str, Any]:
    """The members of ``declare_software`` for a *version* of what is tried."""
    return {
        "software": trial.software,
        "version": version,
        "profession": "pharmacien",
        "module": f"{trial.vendor.name.lower()}-on",
        "module_origin": "own",
    }


def am_of(pharmacy: Professional) -> str:
    """The N° AM of a pharmacy."""
    return "" if pharmacy.am is None else pharmacy.am.value


def contact_of(pharmacy: Professional) -> str:
    """Where a pharmacy is written to; nobody has this address."""
    return f"{am_of(pharmacy)}@{MAIL_DOMAIN}"


def draw_chances(name: str) -> Iterator[int]:
    """Random bits that are the same each time, without end; *name* tells them from others."""
    for rank in count():
        yield int.from_bytes(sha256(f"{SEED}/{name}/{rank}".encode()).digest()[:CHANCE_BYTES])
