"""The forms by which events of a présérie are told from a page: one row a verb.

To add a verb: a row here or in ``forms_bilan``, its words in ``domain/preserie_words.py``. Figures
(``traces``, ``scor``) and questions (``covers``) have none: the first are measured, the last has a
page.

Source: PRE-72.
"""

from collections.abc import Mapping

from ordonnance.portail.choices import (
    list_attendees,
    list_caisses,
    list_pilots,
    list_software,
    list_versions,
    propose_attendees,
)
from ordonnance.portail.event_form import AM, MINUTES, REASON, EventForm
from ordonnance.portail.field import Field, Kind
from ordonnance.portail.forms_bilan import BILAN_FORMS

PREPARATION_FORMS: Mapping[str, EventForm] = {
    "declare_vendor": EventForm(
        title="Déclarer l’éditeur",
        button="Déclarer",
        fields=(
            Field(name="vendor", label="Éditeur"),
            Field(
                name="market_share_percent",
                label="Part de marché SESAM-Vitale, en %",
                kind=Kind.DECIMAL,
                needed=False,
                hint="Sous 1 %, trois pharmacies suffisent.",
            ),
        ),
    ),
    "declare_software": EventForm(
        title="Déclarer un logiciel, ou une version de plus",
        button="Déclarer",
        fields=(
            Field(name="software", label="Logiciel"),
            Field(
                name="version",
                label="Version",
                hint="Telle que le jeton et les traces la portent, comme 12.0.",
            ),
            Field(
                name="profession",
                label="Profession",
                proposed=lambda _: "pharmacien",
            ),
            Field(
                name="module",
                label="Module ordonnance numérique",
                hint="Son nom, le même pour tous vos logiciels qui l’emploient.",
            ),
            Field(
                name="module_origin",
                label="Le module est",
                kind=Kind.ONE,
                hint="Le vôtre : validée, la présérie vaut aussi pour vos autres logiciels au même "
                "module. Celui d’un tiers : elle ne vaut que pour ce logiciel.",
                choices=lambda _: (("own", "le vôtre"), ("third_party", "celui d’un tiers")),
            ),
            Field(
                name="architecture",
                label="Architecture",
                needed=False,
                hint="Comme locale, hébergée. Deux logiciels couverts ensemble ont la même.",
            ),
            Field(name="interface", label="Interface", needed=False),
        ),
    ),
    "authorise": EventForm(
        title="Enregistrer l’autorisation du CNDA",
        button="Enregistrer",
        fields=(
            Field(name="software", label="Logiciel", kind=Kind.ONE, choices=list_software),
            Field(name="reference", label="Référence de l’autorisation"),
            Field(name="version", label="Version", needed=False, hint="Vide : toutes."),
            Field(name="on", label="Datée du", kind=Kind.DAY, needed=False),
        ),
        build=lambda members: {**members, "authority": "CNDA"},
    ),
    "open": EventForm(
        title="Ouvrir la présérie",
        button="Ouvrir",
        intro="Les modalités en vigueur aujourd’hui seront les siennes jusqu’au bout.",
        fields=(Field(name="software", label="Logiciel", kind=Kind.ONE, choices=list_software),),
    ),
    "choose_cpam": EventForm(
        title="Choisir les CPAM",
        button="Choisir",
        fields=(
            Field(
                name="cpam",
                label="CPAM référentes, d’une à trois",
                kind=Kind.MANY,
                choices=list_caisses,
                proposed=lambda preserie: preserie.cpam,
            ),
        ),
    ),
    "set_minimum": EventForm(
        title="Fixer le minimum de pharmacies",
        button="Fixer",
        fields=(
            Field(
                name="participants",
                label="Pharmacies au moins",
                kind=Kind.NUMBER,
                hint="5, ou 3 quand le logiciel représente moins de 1 % de SESAM-Vitale.",
            ),
            REASON,
        ),
    ),
    "enrol": EventForm(
        title="Inscrire une pharmacie",
        button="Inscrire",
        fields=(
            Field(name="am", label="Numéro AM", hint="Neuf chiffres."),
            Field(name="name", label="Nom"),
            Field(name="department", label="Département", hint="Deux caractères, comme 33 ou 2A."),
            Field(name="agreement_on", label="Accord de principe donné le", kind=Kind.DAY),
            Field(
                name="equipment_compatible",
                label="Son équipement est compatible",
                kind=Kind.YES_NO,
            ),
            Field(
                name="software_version",
                label="Version installée",
                kind=Kind.ONE,
                choices=list_versions,
            ),
        ),
    ),
    "withdraw": EventForm(
        title="Retirer une pharmacie",
        button="Retirer",
        intro="Elle ne participe plus. Ses chiffres restent dans le bilan, montrés à part.",
        fields=(AM, REASON),
    ),
    "submit_participants": EventForm(
        title="Transmettre la liste des pharmacies",
        button="Transmettre",
        intro="Les numéros AM vont au GIE SESAM-Vitale et à la Cnam, qui informe les CPAM.",
    ),
    "call_launch_meeting": EventForm(
        title="Convoquer la réunion de lancement",
        button="Convoquer",
        intro="L’éditeur, le GIE SESAM-Vitale et chaque CPAM concernée reçoivent une invitation.",
        fields=(
            Field(name="on", label="Jour", kind=Kind.DAY),
            Field(name="hour", label="Heure", needed=False, hint="Comme 14:30."),
            Field(name="place", label="Lieu", needed=False, hint="Une salle, ou une adresse."),
        ),
    ),
    "hold_launch_meeting": EventForm(
        title="La réunion de lancement a eu lieu",
        button="Enregistrer",
        fields=(
            Field(
                name="attendees",
                label="Y étaient",
                kind=Kind.MANY,
                choices=list_attendees,
                proposed=propose_attendees,
            ),
        ),
        document=MINUTES,
    ),
    "plan_installation": EventForm(
        title="Planifier une installation",
        button="Planifier",
        intro="Trois au plus en première semaine. Ceux qui savaient apprennent le changement.",
        fields=(AM, Field(name="on", label="Le", kind=Kind.DAY)),
    ),
    "train": EventForm(
        title="Former les utilisateurs d’une pharmacie",
        button="Enregistrer",
        fields=(AM, Field(name="on", label="Le", kind=Kind.DAY)),
    ),
    "install": EventForm(
        title="Une pharmacie est installée",
        button="Enregistrer",
        fields=(
            AM,
            Field(name="on", label="Le", kind=Kind.DAY),
            Field(name="traces_on", label="Les traces postes sont actives", kind=Kind.YES_NO),
        ),
    ),
    "upgrade": EventForm(
        title="Une pharmacie change de version",
        button="Enregistrer",
        fields=(
            AM,
            Field(name="version", label="Version", kind=Kind.ONE, choices=list_versions),
            Field(name="on", label="Le", kind=Kind.DAY),
        ),
    ),
    "check_scor_stop": EventForm(
        title="L’arrêt de l’envoi par SCOR est vérifié",
        button="Enregistrer",
        fields=(
            Field(name="conform", label="Conforme", kind=Kind.YES_NO),
            Field(
                name="am",
                label="Pharmacies vérifiées",
                kind=Kind.MANY,
                choices=list_pilots,
                needed=False,
                hint="Aucune cochée : toutes.",
            ),
            Field(name="text", label="Constat", kind=Kind.TEXT, needed=False),
        ),
    ),
}

FORMS: Mapping[str, EventForm] = {**PREPARATION_FORMS, **BILAN_FORMS}
