"""People made up: synthetic identities of the test authorities, invented names."""

from dataclasses import dataclass, replace
from typing import Any

from ordonnance.domain.actor import Profession, Role
from ordonnance.domain.identifiers import INS, RPPS, AMNumber, INSAuthority


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Somebody who is prescribed something."""

    ins: INS
    family: str
    given: str
    born_on: str
    gender: str

    @property
    def name(self) -> str:
        """How they are called: ``Anne ESSAI``."""
        return f"{self.given} {self.family}"

    @property
    def claims(self) -> dict[str, Any]:
        """What their token says of them."""
        return {"role": Role.PATIENT.value, "ins": self.ins.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Professional:
    """Somebody who prescribes or executes, at a site where they execute.

    *is_laboratory*: a biologist, at a laboratory. *software*: what they call from, and its version.
    """

    role: Role
    profession: Profession
    name: str
    rpps: RPPS | None = None
    am: AMNumber | None = None
    is_laboratory: bool = False
    software: str | None = None

    @property
    def claims(self) -> dict[str, Any]:
        """What their token says of them."""
        claims: dict[str, Any] = {"role": self.role.value, "profession": self.profession.value}
        if self.rpps is not None:
            claims["rpps"] = self.rpps.value
        if self.am is not None:
            claims["am"] = self.am.value
        if self.is_laboratory:
            claims["lab"] = True
        if self.software is not None:
            claims["software"] = self.software
        return claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Somebody who runs a présérie: the Cnam, the GIE, a CPAM (*cpam*), a vendor (*vendor*)."""

    role: Role
    name: str
    vendor: str | None = None
    cpam: str | None = None

    @property
    def claims(self) -> dict[str, Any]:
        """What their token says of them."""
        named = {"vendor": self.vendor, "cpam": self.cpam}
        said = {claim: value for claim, value in named.items() if value is not None}
        return {"role": self.role.value, **said}


Person = Professional | Patient | Partner


def say_options(person: Person) -> str:
    """What ``ordonnance token`` is given to be *person*: ``--role patient --ins …``."""
    return " ".join(
        f"--{name}" if value is True else f"--{name} {value}"
        for name, value in person.claims.items()
    )


ANNE = Patient(
    ins=INS("279035121518989", INSAuthority.TEST),
    family="ESSAI",
    given="Anne",
    born_on="1979-03-14",
    gender="female",
)
MARC = Patient(
    ins=INS("255081416802538", INSAuthority.TEST),
    family="EXEMPLE",
    given="Marc",
    born_on="1955-08-02",
    gender="male",
)
DOCTOR = Professional(
    role=Role.PRESCRIBER,
    profession=Profession.PHYSICIAN,
    name="Dr Camille Modèle",
    rpps=RPPS("10001045367"),
)
PHARMACIST = Professional(
    role=Role.EXECUTOR,
    profession=Profession.PHARMACIST,
    name="Pharmacie du Port",
    rpps=RPPS("10104335319"),
    am=AMNumber("332001239"),
)
OTHER_PHARMACIST = Professional(
    role=Role.EXECUTOR,
    profession=Profession.PHARMACIST,
    name="Pharmacie de la Gare",
    rpps=RPPS("01234567897"),
    am=AMNumber("752100008"),
)
# The same, where somebody put a software that is still in présérie elsewhere.
OUTSIDER = replace(OTHER_PHARMACIST, software="Alba LGO 5.0")
NURSE = Professional(
    role=Role.EXECUTOR,
    profession=Profession.NURSE,
    name="Cabinet infirmier des Halles",
    am=AMNumber("446004566"),
)
SUPPLIER = Professional(
    role=Role.EXECUTOR,
    profession=Profession.LPP_SUPPLIER,
    name="Matériel médical des Quais",
    am=AMNumber("339001406"),
)
LABORATORY = Professional(
    role=Role.EXECUTOR,
    profession=Profession.PHARMACIST,
    name="Laboratoire du Fleuve",
    am=AMNumber("338000102"),
    is_laboratory=True,
)
PHYSIOTHERAPIST = Professional(
    role=Role.EXECUTOR,
    profession=Profession.PHYSIOTHERAPIST,
    name="Cabinet de kinésithérapie du Parc",
    am=AMNumber("337000103"),
)
SPEECH_THERAPIST = Professional(
    role=Role.EXECUTOR,
    profession=Profession.SPEECH_THERAPIST,
    name="Cabinet d’orthophonie du Marché",
    am=AMNumber("331120402"),
)
ORTHOPTIST = Professional(
    role=Role.EXECUTOR,
    profession=Profession.ORTHOPTIST,
    name="Cabinet d’orthoptie du Phare",
    am=AMNumber("335006201"),
)
PODIATRIST = Professional(
    role=Role.EXECUTOR,
    profession=Profession.PODIATRIST,
    name="Cabinet de podologie du Pont",
    am=AMNumber("336007802"),
)
CNAM = Partner(role=Role.CNAM, name="Cnam, suivi des préséries")
GIE = Partner(role=Role.GIE, name="GIE SESAM-Vitale")
CAISSE = Partner(role=Role.CPAM, name="CPAM de la Gironde", cpam="33")
ALBA = Partner(role=Role.VENDOR, name="Alba", vendor="Alba")
CORAIL = Partner(role=Role.VENDOR, name="Corail", vendor="Corail")


def _pharmacy(name: str, am: str) -> Professional:
    return Professional(
        role=Role.EXECUTOR, profession=Profession.PHARMACIST, name=name, am=AMNumber(am)
    )


# Those that try the software of Alba, then those that try that of Corail.
PILOTS = (
    _pharmacy("Pharmacie des Chartrons", "332000011"),
    _pharmacy("Pharmacie du Bassin", "332000029"),
    _pharmacy("Pharmacie de la Dune", "332000037"),
    _pharmacy("Pharmacie des Vignes", "332000045"),
    _pharmacy("Pharmacie du Canal", "332000052"),
)
OTHER_PILOTS = (
    _pharmacy("Pharmacie du Phare", "332000060"),
    _pharmacy("Pharmacie de l’Estuaire", "332000078"),
    _pharmacy("Pharmacie des Pins", "332000086"),
)
