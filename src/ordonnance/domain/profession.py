"""Professions and kinds of line, as one table: who may prescribe, who may execute.

Where the law leaves a doubt, a profession may prescribe and is told the limit: a prescription
refused wrongly is care not given.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ordonnance.domain.actor import Actor, Profession
from ordonnance.domain.line import Kind


@dataclass(frozen=True, slots=True)
class Limit:
    """To what the right to prescribe a kind is limited, and where that is written, in French."""

    words: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """What a profession does: kinds it prescribes freely, or within a limit; kinds it executes.

    Source: TLS-10, TLS-43; each limit its own.
    """

    prescribes: frozenset[Kind] = frozenset()
    within: Mapping[Kind, Limit]
    executes: frozenset[Kind] = frozenset()

    def may_prescribe(self, kind: Kind) -> bool:
        """Whether a line of *kind* may be prescribed, a limit standing or not."""
        return kind in self.prescribes or kind in self.within


ALL_KINDS = frozenset(Kind)
_PHARMACY = frozenset({Kind.MEDICINE, Kind.DEVICE})
_DENTISTRY = Limit("ce qui est nécessaire à l’art dentaire", "CSP, art. L. 4141-2")
_MIDWIFERY = Limit("ce qui est nécessaire à l’exercice des sages-femmes", "CSP, art. L. 4151-4")
_ADVANCED = Limit("ce que liste l’exercice en pratique avancée", "arrêté du 18 juillet 2018")
_NICOTINE = Limit("les substituts nicotiniques", "loi n° 2016-41, art. 134")

# Who does what. A kind that stands nowhere in a row is neither prescribed nor executed.
COMPETENCES: Mapping[Profession, Competence] = {
    Profession.PHYSICIAN: Competence(prescribes=ALL_KINDS, within={}),
    Profession.DENTIST: Competence(
        within={
            Kind.MEDICINE: _DENTISTRY,
            Kind.DEVICE: _DENTISTRY,
            Kind.BIOLOGY: _DENTISTRY,
            Kind.NURSING: _DENTISTRY,
            Kind.PHYSIOTHERAPY: _DENTISTRY,
            Kind.SPEECH_THERAPY: _DENTISTRY,
        },
    ),
    Profession.MIDWIFE: Competence(
        within={
            Kind.MEDICINE: _MIDWIFERY,
            Kind.DEVICE: _MIDWIFERY,
            Kind.BIOLOGY: _MIDWIFERY,
            Kind.NURSING: _MIDWIFERY,
            Kind.PHYSIOTHERAPY: _MIDWIFERY,
        },
    ),
    Profession.PHARMACIST: Competence(
        within={Kind.MEDICINE: Limit("certains vaccins et médicaments", "CSP, art. L. 5125-1-1 A")},
        executes=_PHARMACY,
    ),
    Profession.PHARMACY_TECHNICIAN: Competence(within={}, executes=_PHARMACY),
    Profession.LPP_SUPPLIER: Competence(within={}, executes=frozenset({Kind.DEVICE})),
    Profession.AUDIOLOGIST: Competence(within={}, executes=frozenset({Kind.DEVICE})),
    Profession.OPTICIAN: Competence(within={}, executes=frozenset({Kind.DEVICE})),
    Profession.NURSE: Competence(
        within={
            Kind.MEDICINE: Limit("certains médicaments et vaccins", "CSP, art. L. 4311-1"),
            Kind.DEVICE: Limit(
                "les dispositifs de la liste des infirmiers", "arrêté du 20 mars 2012"
            ),
            Kind.BIOLOGY: Limit("certains examens", "CSP, art. L. 4311-1"),
            Kind.NURSING: _ADVANCED,
            Kind.PHYSIOTHERAPY: _ADVANCED,
            Kind.SPEECH_THERAPY: _ADVANCED,
            Kind.ORTHOPTICS: _ADVANCED,
            Kind.PODIATRY: _ADVANCED,
        },
        executes=frozenset({Kind.NURSING}),
    ),
    Profession.PHYSIOTHERAPIST: Competence(
        within={
            Kind.MEDICINE: _NICOTINE,
            Kind.DEVICE: Limit(
                "les dispositifs de la liste des masseurs-kinésithérapeutes",
                "arrêté du 9 janvier 2006",
            ),
            Kind.PHYSIOTHERAPY: Limit("le renouvellement de séances", "CSP, art. L. 4321-1"),
        },
        executes=frozenset({Kind.PHYSIOTHERAPY}),
    ),
    Profession.PODIATRIST: Competence(
        within={
            Kind.MEDICINE: Limit("certains topiques à usage externe", "CSP, art. L. 4322-1"),
            Kind.DEVICE: Limit("les orthèses et certains dispositifs", "CSP, art. L. 4322-1"),
            Kind.PODIATRY: Limit("la prévention du pied diabétique", "CSP, art. L. 4322-1"),
        },
        executes=frozenset({Kind.PODIATRY}),
    ),
    Profession.SPEECH_THERAPIST: Competence(
        within={
            Kind.DEVICE: Limit(
                "les dispositifs de la liste des orthophonistes", "arrêté du 30 mars 2017"
            ),
            Kind.SPEECH_THERAPY: Limit("le renouvellement d’actes", "CSP, art. L. 4341-1"),
        },
        executes=frozenset({Kind.SPEECH_THERAPY}),
    ),
    Profession.ORTHOPTIST: Competence(
        within={
            Kind.DEVICE: Limit("certaines corrections optiques", "CSP, art. L. 4342-1"),
            Kind.ORTHOPTICS: Limit("le renouvellement d’actes", "CSP, art. L. 4342-1"),
        },
        executes=frozenset({Kind.ORTHOPTICS}),
    ),
}
_LABORATORY = frozenset({Kind.BIOLOGY})
_NONE: frozenset[Kind] = frozenset()


def kinds_executed_by(actor: Actor) -> frozenset[Kind]:
    """The kinds of line that *actor* may see and carry out; none for who executes nothing.

    Source: TLS-10.
    """
    if actor.is_laboratory:
        return _LABORATORY
    return _NONE if actor.profession is None else COMPETENCES[actor.profession].executes
