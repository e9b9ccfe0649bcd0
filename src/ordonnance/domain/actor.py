"""Who acts: a role, an identity, a site and the software in use, as the token states them."""

from dataclasses import dataclass
from enum import StrEnum

from ordonnance.domain.identifiers import INS, RPPS, AMNumber


class Role(StrEnum):
    """What somebody is to the téléservice (claim ``role``)."""

    PRESCRIBER = "prescriber"
    EXECUTOR = "executor"
    PATIENT = "patient"
    VENDOR = "vendor"
    CNAM = "cnam"
    GIE = "gie"
    CPAM = "cpam"
    OPERATOR = "operator"


ROLE_NAMES = {
    Role.PRESCRIBER: "prescripteur",
    Role.EXECUTOR: "professionnel qui exécute",
    Role.PATIENT: "patient",
    Role.VENDOR: "éditeur",
    Role.CNAM: "Cnam",
    Role.GIE: "GIE SESAM-Vitale",
    Role.CPAM: "caisse",
    Role.OPERATOR: "exploitant",
}


class Profession(StrEnum):
    """A profession that prescribes or executes: codes of table TRE_G15, and ``LPP`` of ours."""

    PHYSICIAN = "G15_10"
    PHARMACIST = "G15_21"
    AUDIOLOGIST = "G15_26"
    OPTICIAN = "G15_28"
    PHARMACY_TECHNICIAN = "G15_39"
    DENTIST = "G15_40"
    MIDWIFE = "G15_50"
    NURSE = "G15_60"
    PHYSIOTHERAPIST = "G15_70"
    PODIATRIST = "G15_80"
    SPEECH_THERAPIST = "G15_91"
    ORTHOPTIST = "G15_92"
    LPP_SUPPLIER = "LPP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks, as a verified token states it; what a role does not have is None.

    *software* identifies the approved software and its version. *cpam* is the two digits of a
    caisse's département, *vendor* the name of an éditeur.
    """

    role: Role
    rpps: RPPS | None = None
    profession: Profession | None = None
    is_laboratory: bool = False
    am: AMNumber | None = None
    ins: INS | None = None
    software: str | None = None
    cpam: str | None = None
    vendor: str | None = None

    @property
    def sender(self) -> str:
        """Who a command comes from: the site, else the professional, else the patient.

        Source: TLS-4; a caisse by its département: ours, keys that two caisses happen to share
        would have one's objection taken for the other's, repeated.
        """
        identity = self.am or self.rpps or self.ins
        if identity is not None:
            return identity.value
        return self.role.value if self.cpam is None else f"{self.role.value}-{self.cpam}"
