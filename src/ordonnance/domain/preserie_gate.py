"""The gate: a software in présérie executes only where it is installed.

Source: PRE-49.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
import re

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.command import Command, Correct, Execute, Undo
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_access import fold
from ordonnance.domain.preserie_coverage import list_covered
from ordonnance.domain.refusal import Reasons, Refusal

_VERSION = re.compile(r"[\s/_:@-]+v?\d")


class GateMode(StrEnum):
    """What happens to who executes from a software in présérie that is not installed there."""

    OFF = "off"
    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilots:
    """The software in présérie, and the N° AM where each is installed.

    Names are folded: *installed* holds them all. *traced* are the N° AM whose traces are on,
    *silent* those whose traces were stopped.
    """

    installed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    traced: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()

    def is_outside(self, actor: Actor) -> bool:
        """Whether *actor* calls from a software in présérie that is not installed at its site.

        Source: PRE-49.
        """
        if not self.installed or actor.software is None:
            return False
        sites = self._find(fold(actor.software))
        return sites is not None and (actor.am is None or actor.am.value not in sites)

    def _find(self, software: str) -> frozenset[str] | None:
        """Where a software is installed; None: it is not in présérie.

        A token names a software and its version: what follows the name must look like one, and of
        two names the longer is meant.
        """
        if software in self.installed:
            return self.installed[software]
        meant = [
            name
            for name in self.installed
            if software.startswith(name) and _VERSION.match(software, len(name))
        ]
        return self.installed[max(meant, key=len)] if meant else None


def list_pilots(preseries: Iterable[Preserie]) -> Pilots:
    """The pilots of *preseries*.

    A software is in présérie from the opening until it is covered by one decided « deploy ». Given
    up, it stays so: whoever runs a présérie could otherwise pass the gate by giving it up. A
    pharmacy that left is no pilot any more.

    Source: PRE-49; PRE-5 for what is covered, PRE-20 and PRE-31 for traces.
    """
    sites: dict[str, frozenset[str]] = {}
    covered: set[str] = set()
    traced: set[str] = set()
    stopped: set[str] = set()
    for one in preseries:
        traced.update(one.traces_active)
        stopped.update(pilot.am for pilot in one.installed if pilot.traces_stopped)
        covered.update(map(fold, list_covered(one)))
        if one.opened is None:
            continue
        ams = frozenset(pilot.am for pilot in one.installed if pilot.is_active)
        name = fold(one.opened)
        sites[name] = sites.get(name, frozenset()) | ams
    return Pilots(
        installed={name: ams for name, ams in sites.items() if name not in covered},
        traced=frozenset(traced),
        silent=frozenset(stopped - traced),
    )


def pass_gate(command: Command, pilots: Pilots, mode: GateMode) -> Command:
    """*command*, marked where it comes from a software in présérie not installed at its site.

    What executes, corrects or takes back passes the gate; reading and the rest do not.

    Raises:
        Refusal: SOFTWARE_IN_PRESERIE where the gate refuses.

    Source: PRE-49.
    """
    if mode is GateMode.OFF or not isinstance(command, Execute | Correct | Undo):
        return command
    if command.actor.role is not Role.EXECUTOR or not pilots.is_outside(command.actor):
        return command
    if mode is GateMode.REFUSE:
        raise Refusal(Reasons.SOFTWARE_IN_PRESERIE)
    return command if isinstance(command, Undo) else replace(command, is_outside_pilot=True)
