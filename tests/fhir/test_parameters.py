import json

import pytest

from fhir.bodies import NUMBER, refused
from ordonnance.fhir.parameters import read_cancel, read_undo


def parameters(*parameter) -> bytes:
    return json.dumps({"resourceType": "Parameters", "parameter": list(parameter)}).encode()


EXECUTION = {"name": "execution", "valueString": f"{NUMBER}-E1"}
REASON = {"name": "reason", "valueString": "Erreur de saisie"}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ((EXECUTION, REASON), (f"{NUMBER}-E1", "Erreur de saisie")),
        ((REASON, EXECUTION), (f"{NUMBER}-E1", "Erreur de saisie")),
        ((EXECUTION,), (f"{NUMBER}-E1", "")),
        ((EXECUTION, {"name": "reason"}), (f"{NUMBER}-E1", "")),
        ((EXECUTION, {"name": "reason", "valueString": " \t"}), (f"{NUMBER}-E1", "")),
        (
            ({"name": "execution", "valueString": f" {NUMBER.lower()}-e1\n"}, REASON),
            (f"{NUMBER}-E1", "Erreur de saisie"),
        ),
        (
            (EXECUTION, {"name": "execution", "valueString": "X"}, REASON),
            (f"{NUMBER}-E1", "Erreur de saisie"),
        ),
        (
            (EXECUTION, REASON, {"name": "other", "valueCode": "x"}),
            (f"{NUMBER}-E1", "Erreur de saisie"),
        ),
    ],
)
def test_read_undo(given, read):  # TLS-29
    assert read_undo(parameters(*given)) == read


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ((REASON,), ("Erreur de saisie", False)),
        ((REASON, {"name": "whole", "valueBoolean": True}), ("Erreur de saisie", True)),
        ((REASON, {"name": "whole", "valueBoolean": False}), ("Erreur de saisie", False)),
        ((), ("", False)),
    ],
)
def test_read_cancel(given, read):  # TLS-30
    assert read_cancel(parameters(*given)) == read


EXECUTION_WHERE = "Parameters.parameter[name='execution'].valueString"


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (parameters(REASON), "ELEMENT_MISSING", EXECUTION_WHERE),
        (parameters({"name": "execution"}), "ELEMENT_MISSING", EXECUTION_WHERE),
        (
            parameters({"name": "execution", "valueString": ""}),
            "ELEMENT_MISSING",
            EXECUTION_WHERE,
        ),
        (
            parameters({"name": "execution", "valueInteger": 1}),
            "ELEMENT_MISSING",
            EXECUTION_WHERE,
        ),
        (
            parameters(REASON, {"name": "execution", "valueString": 1}),
            "ELEMENT_INVALID",
            "Parameters.parameter[1].valueString",
        ),
        (
            parameters({"valueString": "x"}),
            "ELEMENT_MISSING",
            "Parameters.parameter[0].name",
        ),
        (b'{"resourceType":"Parameters"}', "ELEMENT_MISSING", EXECUTION_WHERE),
        (
            b'{"resourceType":"Parameters","parameter":{}}',
            "ELEMENT_INVALID",
            "Parameters.parameter",
        ),
        (b'{"parameter":[]}', "ELEMENT_MISSING", "Parameters.resourceType"),
        (b'{"resourceType":"Bundle"}', "ELEMENT_INVALID", "Parameters.resourceType"),
        (b"[]", "ELEMENT_INVALID", "Parameters"),
        (b"", "BODY_MALFORMED", None),
        (b'{"resourceType":"Parameters","parameter":[{"name":"\xff"}]}', "BODY_MALFORMED", None),
        (b" " * (256 * 1024 + 1), "BODY_TOO_LARGE", None),
        (b"[" * 33, "BODY_TOO_LARGE", None),
    ],
)
def test_parameters_out_of_form_are_refused_where_they_go_wrong(body, code, where):
    assert refused(read_undo, body) == (code, where)


@pytest.mark.parametrize("whole", [{}, {"valueString": "true"}])
def test_a_whole_that_says_nothing_is_not_taken_as_no(whole):
    body = parameters(REASON, {"name": "whole", **whole})

    assert refused(read_cancel, body) == (
        "ELEMENT_MISSING",
        "Parameters.parameter[name='whole'].valueBoolean",
    )


@pytest.mark.parametrize("whole", ["true", 1, [True]])
def test_whether_the_whole_is_cancelled_is_said_by_yes_or_no(whole):
    body = parameters(REASON, {"name": "whole", "valueBoolean": whole})

    assert refused(read_cancel, body) == (
        "ELEMENT_INVALID",
        "Parameters.parameter[1].valueBoolean",
    )
