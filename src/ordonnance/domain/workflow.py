"""The workflow as one table: what can be asked of a prescription, by whom, and in which states.

The guards of ``access`` and ``decision`` read it, as do the description of the téléservice and the
diagram of the documentation; a test walks every state, operation and role through HTTP.

Source: TLS-11 (roles), TLS-13 (states that refuse).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ordonnance.domain.actor import Role
from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import Reasons
from ordonnance.domain.rights import Status


class Relation(StrEnum):
    """What the caller must be to the prescription, besides its role."""

    PRESCRIBER = "le prescripteur qui l’a émise"
    READER = "le prescripteur qui l’a émise, un autre avec un motif, ou son patient"
    KIND = "un professionnel qui exécute une de ses lignes"
    RECORDER = "le site qui a enregistré l’exécution"
    CONCERNED = "son patient, sa caisse, ou le prescripteur qui l’a émise, le jour de l’écriture"
    IDENTITY = "le prescripteur qui l’a émise, la caisse ou l’exploitant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What can be asked: its name in addresses and facts, who may, when it is refused.

    *refused* gives the reason by the state in which the prescription stands. *leads* gives, by the
    state in which it is allowed (None: no such number yet), those in which the prescription may
    then stand; what the operation asks for decides. A state in both is refused, unless the
    professional decides otherwise, or says afterwards what was really done. *is_writing*: it
    leaves a fact.
    """

    name: str
    purpose: str
    roles: tuple[Role, ...]
    relation: tuple[Relation, ...]
    refused: Mapping[Status, Reason] = field(default_factory=dict)
    leads: Mapping[Status | None, tuple[Status, ...]] = field(default_factory=dict)
    is_writing: bool = True


def _staying(*states: Status) -> dict[Status | None, tuple[Status, ...]]:
    return {state: (state,) for state in states}


_NEW, _BEGUN, _DONE = Status.TO_EXECUTE, Status.IN_PROGRESS, Status.EXECUTED
_STOPPED, _SUCCEEDED, _PASSED = Status.CANCELLED, Status.REPLACED, Status.EXPIRED
_ISSUED = (_NEW, _BEGUN, _DONE, _STOPPED, _SUCCEEDED, _PASSED)
_AWAITED = {Status.WAITING: Reasons.NUMBER_UNKNOWN}
_OVER = {
    Status.CANCELLED: Reasons.CANCELLED,
    Status.REPLACED: Reasons.REPLACED,
}
_PAST = {**_OVER, Status.EXPIRED: Reasons.EXPIRED}
_READERS = (Role.PRESCRIBER, Role.EXECUTOR, Role.PATIENT)

OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation(
            name="issue",
            purpose="Émettre une ordonnance",
            roles=(Role.PRESCRIBER,),
            relation=(Relation.PRESCRIBER,),
            refused={
                status: Reasons.NUMBER_TAKEN for status in Status if status is not Status.WAITING
            },
            leads={
                None: (_NEW, _PASSED),
                Status.WAITING: (_NEW, _BEGUN, _DONE, _STOPPED, _PASSED),
            },
        ),
        Operation(
            name="consult",
            purpose="Consulter une ordonnance, ses lignes et ses exécutions",
            roles=_READERS,
            relation=(Relation.READER, Relation.KIND),
            is_writing=False,
            leads=_staying(*_ISSUED, Status.WAITING),
        ),
        Operation(
            name="reserve",
            purpose="Réserver ses lignes quinze minutes, le temps de les préparer",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND,),
            refused={**_AWAITED, **_PAST, Status.EXECUTED: Reasons.RIGHTS_EXHAUSTED},
            leads=_staying(_NEW, _BEGUN),
        ),
        Operation(
            name="release",
            purpose="Rendre les lignes qu’on avait réservées",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND,),
            refused=_AWAITED,
            leads=_staying(*_ISSUED),
        ),
        Operation(
            name="execute",
            purpose="Enregistrer ce qui a été exécuté, ligne par ligne",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND,),
            refused={**_PAST, Status.EXECUTED: Reasons.RIGHTS_EXHAUSTED},
            leads={
                None: (Status.WAITING,),
                Status.WAITING: (Status.WAITING,),
                _NEW: (_BEGUN, _DONE, _STOPPED),
                _BEGUN: (_BEGUN, _DONE, _STOPPED),
                _DONE: (_DONE,),
                _STOPPED: (_STOPPED, _DONE),
                _SUCCEEDED: (_SUCCEEDED,),
                _PASSED: (_PASSED, _DONE),
            },
        ),
        Operation(
            name="correct",
            purpose="Corriger une exécution enregistrée avec une erreur",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND, Relation.RECORDER),
            leads={
                Status.WAITING: (Status.WAITING,),
                _BEGUN: (_BEGUN, _DONE, _STOPPED),
                _DONE: (_BEGUN, _DONE, _STOPPED, _PASSED),
                _STOPPED: (_BEGUN, _DONE, _STOPPED),
                _SUCCEEDED: (_SUCCEEDED,),
                _PASSED: (_DONE, _PASSED),
            },
        ),
        Operation(
            name="undo",
            purpose="Annuler une exécution enregistrée à tort",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND, Relation.RECORDER),
            leads={
                Status.WAITING: (Status.WAITING,),
                _BEGUN: (_NEW, _BEGUN),
                _DONE: (_NEW, _BEGUN, _DONE, _STOPPED, _PASSED),
                _STOPPED: (_NEW, _BEGUN, _STOPPED),
                _SUCCEEDED: (_SUCCEEDED,),
                _PASSED: (_PASSED,),
            },
        ),
        Operation(
            name="propose",
            purpose="Demander au prescripteur son accord pour adapter une ligne",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND,),
            refused={**_AWAITED, **_PAST},
            leads=_staying(_NEW, _BEGUN, _DONE),
        ),
        Operation(
            name="reply",
            purpose="Répondre à une demande d’adaptation",
            roles=(Role.PRESCRIBER,),
            relation=(Relation.PRESCRIBER,),
            refused=_AWAITED,
            leads=_staying(*_ISSUED),
        ),
        Operation(
            name="cancel",
            purpose="Annuler ce qui n’a pas été exécuté",
            roles=(Role.PRESCRIBER,),
            relation=(Relation.PRESCRIBER,),
            refused={**_AWAITED, **_OVER},
            leads={
                _NEW: (_STOPPED,),
                _BEGUN: (_STOPPED, _DONE),
                _DONE: (_DONE,),
                _PASSED: (_STOPPED,),
            },
        ),
        Operation(
            name="replace",
            purpose="Remplacer une ordonnance par une autre, et annuler ce qui en restait",
            roles=(Role.PRESCRIBER,),
            relation=(Relation.PRESCRIBER,),
            refused={**_AWAITED, **_OVER},
            leads=dict.fromkeys((_NEW, _BEGUN, _DONE, _PASSED), (_SUCCEEDED,)),
        ),
        Operation(
            name="object",
            purpose="S’opposer à ce que le prescripteur voie les exécutions, ou ne plus s’opposer",
            roles=(Role.PATIENT, Role.CPAM, Role.PRESCRIBER),
            relation=(Relation.CONCERNED,),
            refused=_AWAITED,
            leads=_staying(*_ISSUED),
        ),
        Operation(
            name="identify",
            purpose="Corriger l’INS du patient, ou dire celui qui le remplace",
            roles=(Role.PRESCRIBER, Role.CPAM, Role.OPERATOR),
            relation=(Relation.IDENTITY,),
            refused=_AWAITED,
            leads=_staying(*_ISSUED),
        ),
    )
}

# Where a prescription may stand once time has gone by, and nobody asked anything.
IN_TIME: Mapping[Status, tuple[Status, ...]] = {_NEW: (_PASSED,), _BEGUN: (_DONE, _PASSED)}
