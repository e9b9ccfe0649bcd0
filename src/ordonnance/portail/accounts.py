"""The people of the demonstration, as its first page shows them: who they are, and their token.

They are those of ``simulation.population``, which stands above this layer: a test compares them.
"""

from collections.abc import Collection
from dataclasses import dataclass
import shlex


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the demonstration; *options* are those of ``ordonnance token``."""

    name: str
    who: str
    options: str

    @property
    def claims(self) -> dict[str, object]:
        """What their token says of them."""
        claims: dict[str, object] = {}
        words = shlex.split(self.options)
        for place, word in enumerate(words):
            if word.startswith("--"):
                following = words[place + 1 : place + 2]
                is_flag = not following or following[0].startswith("--")
                claims[word.removeprefix("--")] = True if is_flag else following[0]
        return claims


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that one looks for together."""

    title: str
    accounts: tuple[Account, ...]

    def keep(self, roles: Collection[str]) -> "Group":
        """Those of them that bear one of *roles*."""
        kept = tuple(one for one in self.accounts if one.claims["role"] in roles)
        return Group(self.title, kept)


PHARMACY = Account(
    "Pharmacie du Port",
    "pharmacie, exécute",
    "--role executor --profession G15_21 --rpps 10104335319 --am 332001239",
)
# Those of préséries first: the portail is theirs.
GROUPS = (
    Group(
        "Conduire une présérie",
        (
            Account("Cnam, suivi des préséries", "Cnam, décide d’une présérie", "--role cnam"),
            Account("GIE SESAM-Vitale", "vérifie traces et arrêt de SCOR", "--role gie"),
            Account("CPAM de la Gironde", "caisse référente", "--role cpam --cpam 33"),
            Account("Alba", "éditeur en présérie", "--role vendor --vendor Alba"),
            Account("Corail", "éditeur en présérie", "--role vendor --vendor Corail"),
        ),
    ),
    Group(
        "Pharmacies pilotes d’Alba",
        (
            Account(
                "Pharmacie des Chartrons",
                "pharmacie pilote (Alba)",
                "--role executor --profession G15_21 --am 332000011",
            ),
            Account(
                "Pharmacie du Bassin",
                "pharmacie pilote (Alba)",
                "--role executor --profession G15_21 --am 332000029",
            ),
            Account(
                "Pharmacie de la Dune",
                "pharmacie pilote (Alba)",
                "--role executor --profession G15_21 --am 332000037",
            ),
            Account(
                "Pharmacie des Vignes",
                "pharmacie pilote (Alba)",
                "--role executor --profession G15_21 --am 332000045",
            ),
            Account(
                "Pharmacie du Canal",
                "pharmacie pilote (Alba)",
                "--role executor --profession G15_21 --am 332000052",
            ),
        ),
    ),
    Group(
        "Pharmacies pilotes de Corail",
        (
            Account(
                "Pharmacie du Phare",
                "pharmacie pilote (Corail)",
                "--role executor --profession G15_21 --am 332000060",
            ),
            Account(
                "Pharmacie de l’Estuaire",
                "pharmacie pilote (Corail)",
                "--role executor --profession G15_21 --am 332000078",
            ),
            Account(
                "Pharmacie des Pins",
                "pharmacie pilote (Corail)",
                "--role executor --profession G15_21 --am 332000086",
            ),
        ),
    ),
    Group(
        "Exécuter, hors présérie",
        (
            PHARMACY,
            Account(
                "Pharmacie de la Gare",
                "pharmacie, exécute",
                "--role executor --profession G15_21 --rpps 01234567897 --am 752100008",
            ),
            Account(
                "Cabinet infirmier des Halles",
                "infirmiers, exécutent des soins",
                "--role executor --profession G15_60 --am 446004566",
            ),
            Account(
                "Matériel médical des Quais",
                "fournisseur, exécute les dispositifs",
                "--role executor --profession LPP --am 339001406",
            ),
            Account(
                "Laboratoire du Fleuve",
                "biologistes, exécutent les examens",
                "--role executor --profession G15_21 --am 338000102 --lab",
            ),
            Account(
                "Cabinet de kinésithérapie du Parc",
                "kinésithérapeutes, exécutent des séances",
                "--role executor --profession G15_70 --am 337000103",
            ),
            Account(
                "Cabinet d’orthophonie du Marché",
                "orthophonistes, exécutent bilans et séances",
                "--role executor --profession G15_91 --am 331120402",
            ),
            Account(
                "Cabinet d’orthoptie du Phare",
                "orthoptistes, exécutent bilans et séances",
                "--role executor --profession G15_92 --am 335006201",
            ),
            Account(
                "Cabinet de podologie du Pont",
                "pédicures-podologues, exécutent des soins",
                "--role executor --profession G15_80 --am 336007802",
            ),
        ),
    ),
    Group(
        "Médecin et patients",
        (
            Account(
                "Dr Camille Modèle",
                "médecin, prescrit",
                "--role prescriber --profession G15_10 --rpps 10001045367",
            ),
            Account("Anne ESSAI", "patiente", "--role patient --ins 279035121518989"),
            Account("Marc EXEMPLE", "patient", "--role patient --ins 255081416802538"),
        ),
    ),
)
ACCOUNTS = tuple(account for group in GROUPS for account in group.accounts)
