"""How events and states of a présérie are said in a report, in French."""

from collections.abc import Mapping

from ordonnance.domain.preserie import State
from ordonnance.domain.preserie_value import Outcome

# By verb: what happened, once; the same several times in a row; what is awaited.
VERBS: Mapping[str, tuple[str, str, str]] = {
    "declare_vendor": ("éditeur déclaré", "éditeurs déclarés", "déclarer l’éditeur"),
    "declare_software": ("logiciel déclaré", "logiciels déclarés", "déclarer le logiciel"),
    "authorise": ("autorisation du CNDA", "autorisations du CNDA", "autoriser le logiciel"),
    "set_modalities": ("modalités fixées", "modalités fixées", "fixer les modalités"),
    "open": ("présérie ouverte", "", "ouvrir la présérie"),
    "supply": ("prérequis partagé", "prérequis partagés", "partager les prérequis"),
    "choose_cpam": ("CPAM choisies", "choix de CPAM", "choisir les CPAM"),
    "set_minimum": ("minimum fixé", "minimums fixés", "fixer le minimum"),
    "enrol": ("pharmacie inscrite", "pharmacies inscrites", "inscrire des pharmacies"),
    "withdraw": ("pharmacie retirée", "pharmacies retirées", "retirer une pharmacie"),
    "submit_participants": (
        "liste transmise au GIE et à la Cnam",
        "listes transmises au GIE et à la Cnam",
        "transmettre la liste des pharmacies",
    ),
    "hold_launch_meeting": (
        "réunion de lancement",
        "réunions de lancement",
        "tenir la réunion de lancement",
    ),
    "plan_installation": (
        "installation planifiée",
        "installations planifiées",
        "planifier les installations",
    ),
    "train": ("formation", "formations", "former les utilisateurs"),
    "install": ("installation", "installations", "installer les pharmacies"),
    "upgrade": ("mise à jour", "mises à jour", "mettre à jour"),
    "check_scor_stop": (
        "arrêt de l’envoi par SCOR vérifié",
        "vérifications de l’arrêt de l’envoi par SCOR",
        "vérifier l’arrêt de l’envoi par SCOR",
    ),
    "traces": ("relevé de traces", "relevés de traces", "transmettre les traces"),
    "scor": ("relevé de pièces", "relevés de pièces", "relever les pièces SCOR"),
    "report_anomaly": ("anomalie signalée", "anomalies signalées", "signaler les anomalies"),
    "qualify_anomaly": ("anomalie qualifiée", "anomalies qualifiées", "qualifier l’anomalie"),
    "fix_anomaly": ("anomalie corrigée", "anomalies corrigées", "corriger les anomalies"),
    "declare_fix": ("correctif déclaré", "correctifs déclarés", "déclarer un correctif"),
    "state_prerequisites": (
        "prérequis du déploiement identifiés",
        "prérequis du déploiement identifiés",
        "identifier les prérequis du déploiement",
    ),
    "answer_questionnaire": (
        "réponse au questionnaire",
        "réponses au questionnaire",
        "répondre au questionnaire",
    ),
    "draw_bilan": ("bilan dressé", "bilans dressés", "dresser le bilan"),
    "share_bilan": ("bilan partagé", "partages du bilan", "partager le bilan"),
    "decide": ("décision", "décisions", "décider"),
    "hold_deployment_meeting": (
        "réunion de démarrage du déploiement",
        "réunions de démarrage du déploiement",
        "tenir la réunion de démarrage du déploiement",
    ),
    "stop_traces": ("traces désactivées", "arrêts de traces", "désactiver les traces"),
    "authorise_deployment": (
        "généralisation autorisée",
        "communications de la généralisation",
        "communiquer l’autorisation et les modalités de la généralisation",
    ),
    "close": ("présérie abandonnée", "", "abandonner"),
    "covers": ("couverture demandée", "couvertures demandées", "demander la couverture"),
}

# By state: its shape, its colour, its words.
STATES: Mapping[State, tuple[str, str, str]] = {
    State.PREPARATION: ("○", "cyan", "en préparation"),
    State.LAUNCHED: ("◔", "cyan", "lancée"),
    State.RUNNING: ("◑", "cyan", "en cours"),
    State.BILAN: ("◕", "yellow", "bilan dressé"),
    State.PROLONGED: ("◑", "yellow", "prolongée"),
    State.EXTENDED: ("◑", "yellow", "étendue"),
    State.VALIDATED: ("●", "green", "validée"),
    State.GENERALISED: ("●", "green", "généralisée"),
    State.GIVEN_UP: ("✗", "red", "abandonnée"),
}

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.DEPLOY: "déployer",
    Outcome.PROLONG: "prolonger",
    Outcome.EXTEND: "étendre",
}
