"""What of the kept resources is given back to whom, in the Bundle of ``$consult``."""

from collections.abc import Sequence

import msgspec
from msgspec import field

from ordonnance.domain.fact import Executed
from ordonnance.domain.line import Kind
from ordonnance.domain.visibility import View
from ordonnance.fhir.extension import find_extension
from ordonnance.fhir.ordered import LINE_KINDS
from ordonnance.fhir.structs import AnyResource, Extension, Identifier, Read, Reference

Texts = Sequence[msgspec.Raw]


class Done(Read):
    """An execution, whatever its resource: the line that it is about."""

    resource_type: str
    authorizing_prescription: list[Reference] = field(default_factory=list)
    based_on: list[Reference] = field(default_factory=list)
    extension: list[Extension] = field(default_factory=list)


# What comes with an execution, is none, and is of one kind.
_POINTED_TO = {"Medication": Kind.MEDICINE, "Device": Kind.DEVICE}
_decode_any = msgspec.json.Decoder(AnyResource).decode
_decode_done = msgspec.json.Decoder(Done).decode


def keep_prescribed(view: View, texts: Texts) -> Texts:
    """Of the resources as they came in, those that are seen.

    Source: TLS-44.
    """
    prescription = view.prescription
    if view.kinds is None or prescription is None or view.sees_all_lines:
        return texts
    hidden = {one.place for one in prescription.attachments if not view.sees_attachment(one)}
    kept = []
    lines = iter(prescription.lines)
    for place, text in enumerate(texts):
        is_line = _decode_any(text).resource_type in LINE_KINDS
        if view.sees_line(next(lines)) if is_line else place not in hidden:
            kept.append(text)
    return kept


def keep_executed(view: View, execution: Executed, texts: Texts) -> Texts:
    """Of the resources that told an execution, those that are seen.

    Source: TLS-44.
    """
    if view.kinds is None or all(view.sees_act(act, execution.by) for act in execution.acts):
        return texts
    return [text for text in texts if _is_seen(view, execution, text)]


def _is_seen(view: View, execution: Executed, text: msgspec.Raw) -> bool:
    done = _decode_done(text)
    pointed_to = _POINTED_TO.get(done.resource_type)
    if pointed_to is not None:
        return pointed_to in (view.kinds or ())
    return view.sees_done(_designation_of(done), execution.by)


def _designation_of(done: Done) -> str | None:
    """The line that an execution names; None: none."""
    named: list[Identifier | None] = [
        *(reference.identifier for reference in done.authorizing_prescription),
        *(reference.identifier for reference in done.based_on),
        *(extension.value_identifier for extension in find_extension(done.extension, "line")),
    ]
    for identifier in named:
        if identifier is not None and identifier.value is not None:
            return identifier.value.strip().upper()
    return None
