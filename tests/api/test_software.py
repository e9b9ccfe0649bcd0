"""Where the operator lists the approved software, professionals call from one of them."""

from collections.abc import Iterator

import pytest

from api.papers import delivery, ordonnance
from api.services import THE_PATIENT, Service, code_of, running, told
from builders import a_number
from ordonnance.settings import Settings
from ordonnance.simulation.population import DOCTOR, PHARMACIST

LISTED = "Ordo+ 4.2"
REFUSED = (403, ["SOFTWARE_NOT_APPROVED"], None)


@pytest.fixture(scope="module")
def listing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("software")
    with running(f"sqlite:///{folder / 'base.db'}", software=f" {LISTED}, LGO 7 ,") as service:
        yield service


@pytest.mark.parametrize("software", [{}, {"software": "Ordo+ 4.3"}, {"software": "LGO 7,Ordo+"}])
def test_another_software_is_refused_whatever_it_asks(listing, software):  # TLS-37
    number = a_number()
    doctor, pharmacist = DOCTOR.claims | software, PHARMACIST.claims | software

    answers = (
        listing.issue(ordonnance(number), claims=doctor),
        listing.act(number, "execute", delivery(number), claims=pharmacist),
        listing.read(number, claims=pharmacist),
    )

    assert [told(answer) for answer in answers] == [REFUSED] * 3


def test_an_approved_software_is_let_in_and_a_patient_needs_none(listing):  # TLS-37
    number = a_number()
    doctor, pharmacist = ({**who.claims, "software": LISTED} for who in (DOCTOR, PHARMACIST))
    listing.issue(ordonnance(number), claims=doctor)

    assert code_of(listing.read(number, claims=pharmacist)) == "done"
    assert code_of(listing.read(number, claims={**pharmacist, "software": "LGO 7"})) == "done"
    assert code_of(listing.read(number, claims=THE_PATIENT)) == "done"


def test_without_a_list_nothing_is_checked(service):  # TLS-37
    assert Settings().approved == frozenset()
    assert code_of(service.issue(ordonnance(a_number()))) == "done"
