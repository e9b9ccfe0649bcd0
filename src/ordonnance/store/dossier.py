"""Dossiers as rows: one a prescription, one a fact.

A row holds a document of values and, apart, the resources as they came in, which are read only
where they are given back.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, get_args

import msgspec

from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Identified, Issued, LaterFact
from ordonnance.domain.identifiers import INS, PrescriptionNumber
from ordonnance.store.database import Row, Values
from ordonnance.store.seal import Seal

_encode = msgspec.json.Encoder().encode
_decode_issue = msgspec.json.Decoder(Issued).decode
_decode_later: Mapping[str, Any] = {
    fact.operation: msgspec.json.Decoder(fact).decode for fact in get_args(LaterFact)
}


def write_key(number: PrescriptionNumber) -> dict[str, Any]:
    """The columns by which every table knows a prescription."""
    return {"bucket": number.bucket, "number": number.value}


def write_keys(numbers: Mapping[PrescriptionNumber, bool]) -> list[Values]:
    """The keys of a set, each with whether the resources are wanted too."""
    return [{**write_key(number), "whole": whole} for number, whole in numbers.items()]


def read_dossiers(
    numbers: Iterable[PrescriptionNumber],
    prescriptions: Sequence[Row],
    facts: Sequence[Row],
    seal: Seal,
) -> dict[PrescriptionNumber, Dossier]:
    """The dossier of each number, empty where nothing is known.

    *prescriptions* are rows (number, document, resources), *facts* rows (number, operation,
    rank, document, resources) in order of rank; resources are None where not asked for.
    """
    issues: dict[str, Issued] = {}
    later: dict[str, list[LaterFact]] = {}
    texts: dict[str, dict[int, bytes]] = {}
    for number, document, resources in prescriptions:
        month = number[2:4]
        issues[number] = _decode_issue(seal.open(month, document))
        if resources is not None:
            texts.setdefault(number, {})[0] = seal.open(month, resources)
    for number, operation, rank, document, resources in facts:
        month = number[2:4]
        fact = _decode_later[operation](seal.open(month, document))
        later.setdefault(number, []).append(fact)
        if resources is not None:
            texts.setdefault(number, {})[rank] = seal.open(month, resources)
    return {
        number: Dossier(
            number=number,
            issued=issues.get(number.value),
            facts=tuple(later.get(number.value, ())),
            texts=texts.get(number.value, {}),
        )
        for number in numbers
    }


def write_fact(
    number: PrescriptionNumber, fact: Issued | LaterFact, text: bytes | None, seal: Seal
) -> dict[str, Any]:
    """The row of a fact: of table ``prescription`` for an issue, else of table ``fact``."""
    month = number.month_code
    row = {
        **write_key(number),
        "recorded_at": fact.at,
        "document": seal.seal(month, _encode(fact)),
        "resources": None if text is None else seal.seal(month, text),
    }
    if not isinstance(fact, Issued):
        row |= {"rank": fact.rank, "operation": fact.operation}
    return row


def write_patient(fact: Issued, seal: Seal, *, patient: INS | None = None) -> dict[str, Any]:
    """The row by which the prescription is found from its patient, and from its prescriber.

    *patient*: known since. Of an anonymous one the key is empty: no patient's number leads to it.

    Source: TLS-57.
    """
    prescription = fact.prescription
    ins = prescription.patient if patient is None else patient
    return {
        **write_key(prescription.number),
        "patient_key": "" if prescription.is_anonymous else seal.patient_key(ins),
        "authored_at": prescription.authored_at,
        "prescriber": prescription.prescriber.value,
    }


def write_identified(dossier: Dossier, fact: Identified, seal: Seal) -> list[dict[str, Any]]:
    """The row by which the prescription of *dossier* is found from its patient's new INS.

    Rows are never taken away: who searches asks the dossier whether an INS still is its patient's
    (``sight.is_patient``), and the prescriber finds it by its first row alone. None where the INS
    has a row from an earlier time, or is not to be found by any.

    Source: TLS-58.
    """
    issued = dossier.issued
    if issued is None or issued.prescription.is_anonymous:
        return []
    earlier = [issued.prescription.patient]
    earlier += [
        one.patient for one in dossier.facts if isinstance(one, Identified) and one.rank < fact.rank
    ]
    if seal.patient_key(fact.patient) in map(seal.patient_key, earlier):
        return []
    return [{**write_patient(issued, seal, patient=fact.patient), "prescriber": ""}]


def digest_as_stored(document: bytes, resources: bytes | None) -> str:
    """What the journal remembers of a stored fact: SHA-256 in hexadecimal of its columns."""
    return sha256(sha256(document).digest() + sha256(resources or b"").digest()).hexdigest()
