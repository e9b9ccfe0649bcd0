"""What each pharmacy's workstations send, those that went silent first.

Source: PST-12.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.silence import Heard, sort
from ordonnance.store.database import Database
from ordonnance.store.trace import RefusedLines, Workstation
from ordonnance.usecases.trace import list_refused, list_workstations


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTraces:
    """What a pharmacy sends, and for how many working days it has not.

    *name* and *software* are empty for a site of no présérie. *refused* are its refused lines, by
    workstation (empty: none could be told) and rule.
    """

    heard: Heard
    name: str
    software: str
    silent_days: int
    is_silent: bool
    workstations: tuple[Workstation, ...]
    refused: tuple[RefusedLines, ...]

    @property
    def am(self) -> str:
        """Its N° AM."""
        return self.heard.am


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    name: str = ""
    software: str = ""
    installed_on: date | None = None
    is_on: bool = False


def list_sites(
    database: Database,
    preseries: Iterable[Preserie],
    *,
    am: frozenset[str] | None,
    today: date,
) -> tuple[SiteTraces, ...]:
    """The installed pharmacies of *preseries* and the sites that ever sent, silent ones first.

    *am* are the sites that may be seen; None: all.

    Source: PST-11, PST-12.
    """
    workstations = list_workstations(database)
    refused = list_refused(database)
    known = _describe(preseries)
    names = {*known, *(one.am for one in workstations), *(one.am for one in refused)}
    sites: dict[str, SiteTraces] = {}
    for name in names if am is None else names & am:
        told = known.get(name, _Known())
        theirs = tuple(one for one in workstations if one.am == name)
        days = [day_in_paris(one.last_received_at) for one in theirs]
        heard = Heard(
            am=name,
            installed_on=told.installed_on,
            is_on=told.is_on,
            last_on=max(days, default=None),
        )
        sites[name] = SiteTraces(
            heard=heard,
            name=told.name,
            software=told.software,
            silent_days=heard.silent_days(today),
            is_silent=heard.is_silent(today),
            workstations=theirs,
            refused=tuple(one for one in refused if one.am == name),
        )
    return tuple(sites[one.am] for one in sort([one.heard for one in sites.values()], today))


def _describe(preseries: Iterable[Preserie]) -> dict[str, _Known]:
    """What is known of each installed pharmacy: by the présérie where its traces are on, if any."""
    known: dict[str, _Known] = {}
    for preserie in preseries:
        active = frozenset(preserie.traces_active)
        for one in preserie.installed:
            if one.am in active or one.am not in known:
                known[one.am] = _Known(
                    name=one.name,
                    software=preserie.opened or "",
                    installed_on=one.installed_on,
                    is_on=one.am in active,
                )
    return known
