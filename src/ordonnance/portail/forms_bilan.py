"""The forms of what happens to a présérie that runs: anomalies, fixes, its bilan, what follows.

Source: PRE-72.
"""

from collections.abc import Mapping, Sequence

from ordonnance.domain.preserie import Preserie
from ordonnance.domain.workflow import OPERATIONS
from ordonnance.portail.choices import (
    list_anomalies,
    list_criteria,
    list_pilots,
    list_readers,
    propose_readers,
)
from ordonnance.portail.decision import (
    close_outcomes,
    describe_anomalies,
    describe_bilan,
    list_waivable,
    offer_outcomes,
)
from ordonnance.portail.event_form import AM, MINUTES, REASON, EventForm, Members
from ordonnance.portail.field import Field, Kind

OPERATION_WORDS = {
    "consult": "consulter",
    "execute": "exécuter",
    "correct": "corriger",
    "undo": "annuler une exécution",
}


def list_operations(_preserie: Preserie) -> Sequence[tuple[str, str]]:
    """The operations that an anomaly may be about, those of the pharmacist first."""
    others = [(one, one) for one in OPERATIONS if one not in OPERATION_WORDS]
    return (*OPERATION_WORDS.items(), *others)


OPERATION = Field(name="operation", label="Opération", kind=Kind.ONE, choices=list_operations)
INTRINSIC = Field(
    name="intrinsic",
    label="L’anomalie vient du logiciel",
    kind=Kind.YES_NO,
    hint="Non : elle vient du réseau, du poste, de l’ordonnance ou du téléservice.",
)
BLOCKING = Field(
    name="blocking",
    label="Elle empêche d’utiliser l’opération normalement",
    kind=Kind.YES_NO,
)


def _offer_waivers(preserie: Preserie) -> Sequence[Field]:
    return [
        Field(
            name=f"waive_{one.number}",
            label=f"Pour déployer, lever le critère {one.number} ({one.name}) : motif",
            kind=Kind.TEXT,
            needed=False,
            hint="Ce que le texte exige est atteint ; seule notre lecture ne l’est pas.",
        )
        for one in list_waivable(preserie)
        if "deploy" not in close_outcomes(preserie)
    ]


def _decide(members: Members) -> Members:
    said = str(members["outcome"])
    waives = [
        {"criterion": int(name.removeprefix("waive_")), "reason": reason}
        for name, reason in members.items()
        if name.startswith("waive_")
    ]
    outcome = said.split("+") if "+" in said else said
    return {"outcome": outcome, **({"waives": waives} if waives else {})}


def _declare_fix(members: Members) -> Members:
    return {**members, "criterion": int(str(members["criterion"]))}


BILAN_FORMS: Mapping[str, EventForm] = {
    "report_anomaly": EventForm(
        title="Signaler une difficulté",
        button="Signaler",
        fields=(
            Field(name="anomaly", label="Référence", hint="Déjà connue : elle est rouverte."),
            OPERATION,
            INTRINSIC,
            BLOCKING,
            Field(name="text", label="Ce qui se passe", kind=Kind.TEXT),
            Field(
                name="am",
                label="Pharmacie",
                kind=Kind.ONE,
                choices=list_pilots,
                needed=False,
            ),
        ),
    ),
    "qualify_anomaly": EventForm(
        title="Qualifier une anomalie",
        button="Qualifier",
        fields=(
            Field(name="anomaly", label="Anomalie", kind=Kind.ONE, choices=list_anomalies),
            INTRINSIC,
            BLOCKING,
            REASON,
        ),
        template="qualify.html",
        above=describe_anomalies,
    ),
    "fix_anomaly": EventForm(
        title="Une anomalie est corrigée",
        button="Enregistrer",
        fields=(
            Field(name="anomaly", label="Anomalie", kind=Kind.ONE, choices=list_anomalies),
            Field(name="version", label="Corrigée dans la version"),
        ),
    ),
    "declare_fix": EventForm(
        title="Déclarer un correctif",
        button="Déclarer",
        fields=(
            Field(name="criterion", label="Pour le critère", kind=Kind.ONE, choices=list_criteria),
            Field(name="version", label="Version"),
            Field(name="text", label="Ce qui est corrigé", kind=Kind.TEXT),
        ),
        build=_declare_fix,
    ),
    "state_prerequisites": EventForm(
        title="Prérequis techniques du déploiement",
        button="Énoncer",
        fields=(Field(name="text", label="Ce qu’il faut pour déployer", kind=Kind.TEXT),),
    ),
    "draw_bilan": EventForm(
        title="Dresser le bilan",
        button="Dresser",
        intro="Les traces et les pièces reçues jusqu’ici sont relevées, puis les critères jugés.",
        fields=(
            Field(
                name="since",
                label="Les relevés comptent depuis",
                kind=Kind.ONE,
                choices=lambda _: (
                    ("opening", "l’ouverture"),
                    ("decision", "la dernière décision"),
                    ("fix", "le dernier correctif"),
                ),
                proposed=lambda _: "opening",
            ),
            Field(
                name="min_answers",
                label="Réponses au questionnaire exigées",
                kind=Kind.NUMBER,
                needed=False,
                hint="Vide : la moitié des pharmacies installées.",
            ),
        ),
    ),
    "share_bilan": EventForm(
        title="Partager le bilan",
        button="Partager",
        fields=(
            Field(
                name="with",
                label="Avec",
                kind=Kind.MANY,
                choices=list_readers,
                proposed=propose_readers,
            ),
        ),
    ),
    "decide": EventForm(
        title="Décider",
        button="Décider",
        fields=(
            Field(
                name="outcome",
                label="Décision",
                kind=Kind.ONE,
                choices=offer_outcomes,
                closed=close_outcomes,
            ),
        ),
        more=_offer_waivers,
        build=_decide,
        template="decide.html",
        above=describe_bilan,
    ),
    "hold_deployment_meeting": EventForm(
        title="La réunion de démarrage du déploiement a eu lieu",
        button="Enregistrer",
        document=MINUTES,
    ),
    "stop_traces": EventForm(
        title="Les traces d’une pharmacie sont désactivées", button="Enregistrer", fields=(AM,)
    ),
    "authorise_deployment": EventForm(
        title="Communiquer l’autorisation et les modalités de la généralisation",
        button="Communiquer",
        fields=(Field(name="terms", label="Modalités", kind=Kind.TEXT),),
    ),
    "close": EventForm(
        title="Abandonner la présérie",
        button="Abandonner",
        intro="Elle reste lisible ; plus rien ne s’y enregistre, et ses traces s’arrêtent.",
        fields=(REASON,),
    ),
}
