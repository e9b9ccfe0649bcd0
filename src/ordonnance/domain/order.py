"""What a line says of its kind, where it orders something else than a medicine.

Source: TLS-40.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device or a service of the LPP.

    *unit* is what its quantity counts, in the prescriber's word (empty: not said); *rental_days*
    how long it is rented at a time, None where it is bought.

    Source: TLS-40; CSS, art. R. 165-36 to R. 165-38.
    """

    unit: str = ""
    rental_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Biology:
    """An examination of biology: *specimens* are what is taken, in words (``sang veineux``).

    Source: TLS-40; CI-SIS, eP-BIO (the nature of the specimen).
    """

    specimens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nursing:
    """Nursing care. *on_holidays*: on Sundays and public holidays too.

    Source: TLS-40; NGAP, art. 5 and 14 (« dimanches et jours fériés »).
    """

    on_holidays: bool = False


class Course(StrEnum):
    """What is asked of a speech therapist or an orthoptist."""

    ASSESSMENT = "BILAN"
    ASSESSMENT_AND_THERAPY = "BILAN_ET_REEDUCATION_SI_NECESSAIRE"
    THERAPY = "REEDUCATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Therapy:
    """Speech therapy or orthoptics. *course* None: nothing tells whether an assessment is asked.

    Source: TLS-40; NGAP (« bilan avec rééducation si nécessaire »: no second prescription).
    """

    course: Course | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Podiatry:
    """Care of the feet. *grade* is that of a diabetic foot, 0 to 3; None: not said.

    Source: TLS-40; NGAP, packages POD (grades 2 and 3).
    """

    grade: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a line says of its kind, and what lines of several kinds say alike.

    *details* qualify what is ordered, *pace* tells in French how often and how long, *regions*
    where on the body, *performers* whom the prescriber names to do it, who binds nobody: the
    patient chooses. *instructions* are the rest in the prescriber's words. Of the others, the one
    of the line's kind stands: physiotherapy has none, its line says all in what is common.
    """

    details: tuple[str, ...] = ()
    pace: str = ""
    regions: tuple[str, ...] = ()
    performers: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    device: Device | None = None
    biology: Biology | None = None
    nursing: Nursing | None = None
    therapy: Therapy | None = None
    podiatry: Podiatry | None = None


NOTHING_ORDERED = Order()
