import pytest

from ordonnance.domain.preserie_evidence import next_anomaly_name
from preserie_stories import RUNNING, anomaly, play


@pytest.mark.parametrize(
    ("known", "proposed"),
    [
        ((), "A1"),
        (("A1", "A2"), "A3"),
        (("A7",), "A8"),
        (("impression", "7", "A", "A²", "A12b"), "A1"),
    ],
)
def test_the_next_name_of_an_anomaly_is_free(known, proposed):  # PRE-36
    preserie = play(*RUNNING, *(anomaly(name) for name in known)).preserie

    assert next_anomaly_name(preserie) == proposed
    assert proposed not in preserie.anomalies
