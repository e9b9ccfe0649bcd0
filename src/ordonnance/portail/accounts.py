"""The people of the demonstration, as its first page shows them: who they are, and their token.

They are those of ``simulation.population``, which stands above this layer: a test compares them.
"""

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


ACCOUNTS = (
    Account(
        "Dr Camille Modèle",
        "médecin, prescrit",
        "--role prescriber --profession G15_10 --rpps 10001045367",
    ),
    Account(
        "Pharmacie du Port",
        "pharmacie, exécute",
        "--role executor --profession G15_21 --rpps 10104335319 --am 332001239",
    ),
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
    Account("Anne ESSAI", "patiente", "--role patient --ins 279035121518989"),
    Account("Marc EXEMPLE", "patient", "--role patient --ins 255081416802538"),
)
