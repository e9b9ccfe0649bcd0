"""Where encryption at rest will come in: documents pass through ``seal`` and ``open``.

At first both are plain and ``patient_key`` is the matricule itself. Nothing outside this file
changes when they are not: digests run over sealed bytes, tables know patients by their key.
"""

from typing import Protocol

from ordonnance.domain.identifiers import INS


class Seal(Protocol):
    """How documents are kept. *month* is the month code of the prescription they belong to."""

    def seal(self, month: str, document: bytes) -> bytes:
        """The document as it is stored."""
        ...

    def open(self, month: str, sealed: bytes) -> bytes:
        """The document that was stored."""
        ...

    def patient_key(self, ins: INS) -> str:
        """What tables know a patient by."""
        ...


class PlainSeal:
    """Documents are stored as they are."""

    def seal(self, month: str, document: bytes) -> bytes:  # noqa: ARG002 - the seam
        """The document itself."""
        return document

    def open(self, month: str, sealed: bytes) -> bytes:  # noqa: ARG002 - the seam
        """The document itself."""
        return sealed

    def patient_key(self, ins: INS) -> str:
        """The matricule itself."""
        return ins.value
