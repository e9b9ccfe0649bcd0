"""The Parameters of ``$object``; the Consents of an ordonnance: objection, anonymity."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from ordonnance.domain.refusal import Refusal
from ordonnance.fhir import terms
from ordonnance.fhir.parameters import read_parameters
from ordonnance.fhir.reading import Resource, decode, refuse_missing
from ordonnance.fhir.structs import Consent

OBJECTION, ANONYMITY = "opposition", "ivg-anonymat"
# A Consent in one of these states no longer says anything, whatever it said.
ENDED = frozenset({"rejected", "inactive", "entered-in-error"})


class Consents(NamedTuple):
    """What the Consents of an ordonnance say together; *is_unread*: one was not understood."""

    is_objected: bool = False
    is_anonymous: bool = False
    is_unread: bool = False


NONE = Consents()
_decode = msgspec.json.Decoder(Consent)


def read_objection(body: bytes) -> bool:
    """Whether the patient objects: the parameter ``objection``.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING where it is neither yes nor no,
            ELEMENT_INVALID.

    Source: TLS-55.
    """
    objection = read_parameters(body).get("objection")
    if objection is None or objection.value_boolean is None:
        raise refuse_missing("Parameters.parameter[name='objection'].valueBoolean")
    return objection.value_boolean


def read_consents(resources: Iterable[Resource]) -> Consents:
    """What the Consents among *resources* say; nothing is decoded where there is none.

    Source: TLS-55, TLS-57.
    """
    said = NONE
    for resource in resources:
        if resource.kind == "Consent":
            said = Consents(*map(any, zip(said, read_consent(resource), strict=True)))
    return said


def read_consent(resource: Resource) -> Consents:
    """What one Consent says: by its state, the codes of ours in it, and what it decides.

    One that is no longer in force says nothing. One in force that bears none of our codes, or
    that permits what the code forbids, is not understood: neither is one of no known form. What
    narrows a Consent (period, actors, data) is not looked at: the patient is hidden rather more
    than asked for than less.

    Source: ours (TLS-55): no public profile of an objection exists.
    """
    try:
        consent = decode(_decode, resource.text, resource.where)
    except Refusal:
        return Consents(is_unread=True)
    if consent.status in ENDED:
        return NONE
    concepts = [*consent.category, *([consent.policy_rule] if consent.policy_rule else [])]
    codes = {
        coding.code
        for concept in concepts
        for coding in concept.coding
        if coding.system == terms.CONSENT
    }
    decides = consent.provision.type if consent.provision is not None else None
    is_understood = consent.status == "active" and decides in (None, "deny")
    if not is_understood or codes.isdisjoint((OBJECTION, ANONYMITY)):
        return Consents(is_unread=True)
    return Consents(is_objected=OBJECTION in codes, is_anonymous=ANONYMITY in codes)
