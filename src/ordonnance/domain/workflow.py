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

    *refused* gives the reason by the state in which the prescription stands; in the states that
    it does not name, the operation is allowed, and what it asks for decides. *is_writing*: it
    leaves a fact.
    """

    name: str
    purpose: str
    roles: tuple[Role, ...]
    relation: tuple[Relation, ...]
    refused: Mapping[Status, Reason] = field(default_factory=dict)
    is_writing: bool = True


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
        ),
        Operation(
            name="consult",
            purpose="Consulter une ordonnance, ses lignes et ses exécutions",
            roles=_READERS,
            relation=(Relation.READER, Relation.KIND),
            is_writing=False,
        ),
        Operation(
            name="reserve",
            purpose="Réserver ses lignes quinze minutes, le temps de les préparer",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND,),
            refused={**_AWAITED, **_PAST, Status.EXECUTED: Reasons.RIGHTS_EXHAUSTED},
        ),
        Operation(
            name="release",
            purpose="Rendre les lignes qu’on avait réservées",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND,),
            refused=_AWAITED,
        ),
        Operation(
            name="execute",
            purpose="Enregistrer ce qui a été exécuté, ligne par ligne",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND,),
            refused={**_PAST, Status.EXECUTED: Reasons.RIGHTS_EXHAUSTED},
        ),
        Operation(
            name="correct",
            purpose="Corriger une exécution enregistrée avec une erreur",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND, Relation.RECORDER),
        ),
        Operation(
            name="undo",
            purpose="Annuler une exécution enregistrée à tort",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND, Relation.RECORDER),
        ),
        Operation(
            name="propose",
            purpose="Demander au prescripteur son accord pour adapter une ligne",
            roles=(Role.EXECUTOR,),
            relation=(Relation.KIND,),
            refused={**_AWAITED, **_PAST},
        ),
        Operation(
            name="reply",
            purpose="Répondre à une demande d’adaptation",
            roles=(Role.PRESCRIBER,),
            relation=(Relation.PRESCRIBER,),
            refused=_AWAITED,
        ),
        Operation(
            name="cancel",
            purpose="Annuler ce qui n’a pas été exécuté",
            roles=(Role.PRESCRIBER,),
            relation=(Relation.PRESCRIBER,),
            refused={**_AWAITED, **_OVER},
        ),
        Operation(
            name="replace",
            purpose="Remplacer une ordonnance par une autre, et annuler ce qui en restait",
            roles=(Role.PRESCRIBER,),
            relation=(Relation.PRESCRIBER,),
            refused={**_AWAITED, **_OVER},
        ),
        Operation(
            name="object",
            purpose="S’opposer à ce que le prescripteur voie les exécutions, ou ne plus s’opposer",
            roles=(Role.PATIENT, Role.CPAM, Role.PRESCRIBER),
            relation=(Relation.CONCERNED,),
            refused=_AWAITED,
        ),
        Operation(
            name="identify",
            purpose="Corriger l’INS du patient, ou dire celui qui le remplace",
            roles=(Role.PRESCRIBER, Role.CPAM, Role.OPERATOR),
            relation=(Relation.IDENTITY,),
            refused=_AWAITED,
        ),
    )
}
