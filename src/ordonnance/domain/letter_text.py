"""How a letter reads: its subject, and its text, in French, for people.

Source: PRE-55.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ordonnance.domain.days import day_in_paris, say_date
from ordonnance.domain.identity_scan import tells_identity
from ordonnance.domain.letter import REMINDER, Letter
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_party import PartyKind

SUBJECTS: Mapping[str, str] = {
    "supply": "prérequis partagé",
    "submit_participants": "liste des pharmacies",
    "withdraw": "une pharmacie quitte la présérie",
    "call_launch_meeting": "réunion de lancement",
    "plan_installation": "date d’installation",
    "train": "date de formation",
    "install": "votre lien personnel",
    "report_anomaly": "anomalie signalée",
    "declare_fix": "correctif déclaré",
    "share_bilan": "bilan partagé",
    "decide": "décision",
    "authorise_deployment": "déploiement autorisé",
    "close": "présérie abandonnée",
    REMINDER: "votre avis est attendu",
}
_NO_DELAY = "Le texte ne fixe pas de délai."
# What the recipient is asked to do, by verb; who is not here is told for information.
ASKED: Mapping[tuple[str, PartyKind], str] = {
    ("supply", PartyKind.CNAM): f"Prenez connaissance du prérequis. {_NO_DELAY}",
    ("submit_participants", PartyKind.CNAM): (
        "Convoquez la réunion de lancement avec l’éditeur, le GIE et chaque CPAM concernée, "
        "avant la première installation."
    ),
    ("submit_participants", PartyKind.GIE): (
        "Préparez la réception des traces postes, avant la première installation."
    ),
    ("submit_participants", PartyKind.CPAM): (
        "Prenez contact avec ces pharmacies et participez à la réunion de lancement."
    ),
    ("call_launch_meeting", PartyKind.VENDOR): "Participez à la réunion, ce jour-là.",
    ("call_launch_meeting", PartyKind.GIE): "Participez à la réunion, ce jour-là.",
    ("call_launch_meeting", PartyKind.CPAM): "Participez à la réunion, ce jour-là.",
    ("plan_installation", PartyKind.PILOT): "Soyez disponible ce jour-là.",
    ("train", PartyKind.PILOT): "Réunissez ce jour-là ceux qui délivrent.",
    ("install", PartyKind.PILOT): "Répondez au questionnaire avant le bilan.",
    (REMINDER, PartyKind.PILOT): "Répondez au questionnaire avant le bilan.",
    ("report_anomaly", PartyKind.VENDOR): f"Corrigez, puis déclarez le correctif. {_NO_DELAY}",
    ("report_anomaly", PartyKind.CNAM): f"Qualifiez l’anomalie, avant le bilan. {_NO_DELAY}",
    ("share_bilan", PartyKind.CNAM): f"Décidez de la suite. {_NO_DELAY}",
    ("decide", PartyKind.VENDOR): f"Lisez la décision, et ce qui est attendu de vous. {_NO_DELAY}",
    ("authorise_deployment", PartyKind.VENDOR): "Déployez selon ces modalités.",
}
HIDDEN = "Le détail se lit sur la page de la présérie."


@dataclass(frozen=True, slots=True)
class Told:
    """A letter as it reads: one line of subject, and a text of several lines."""

    subject: str
    text: str


def holds_identity(letter: Letter) -> bool:
    """Whether a free text in it looks like somebody's INS or prescription number.

    Source: ours (PRE-55): an event may hold one by mistake, and an e-mail does not come back.
    """
    place = "" if letter.appointment is None else letter.appointment.place or ""
    on = day_in_paris(letter.at)
    return tells_identity(letter.text, on) or tells_identity(place, on)


def write_letter(preserie: Preserie, letter: Letter, *, page: str | None, link: str | None) -> Told:
    """How *letter* reads; *page* and *link* are addresses, None where there is none to give.

    Who has a personal link has no account, and finds all by it: the page is not named then.

    Source: PRE-55.
    """
    title = SUBJECTS.get(letter.about, "information")
    is_off = letter.appointment is not None and letter.appointment.is_cancelled
    subject = f"Présérie {preserie.opened or ''} : {title}" + (" (annulation)" if is_off else "")
    asked = None if is_off else ASKED.get((letter.about, letter.party.kind))
    lines = [
        "Bonjour,",
        HIDDEN if holds_identity(letter) else letter.text,
        "Rien à faire : ceci est pour information." if asked is None else f"À faire : {asked}",
    ]
    if link is not None:
        lines.append(f"Votre lien personnel (ne le transmettez pas) :\n{link}")
    elif page is not None:
        lines.append(f"La page de la présérie :\n{page}")
    lines.append(
        f"Envoyé de la part de {letter.sender.words}, {say_date(day_in_paris(letter.at))}, par le "
        "téléservice de l’ordonnance numérique. Ce message est automatique : n’y répondez pas, et "
        "n’envoyez jamais de donnée de santé par courriel."
    )
    return Told(" ".join(subject.split()), "\n\n".join(lines) + "\n")
