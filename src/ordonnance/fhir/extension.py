"""Extensions: ours found by their names, and what they say."""

from collections.abc import Sequence

from ordonnance.fhir import terms
from ordonnance.fhir.structs import Extension


def find_extension(extensions: Sequence[Extension], name: str) -> list[Extension]:
    """The extensions of ours called *name*, in order."""
    if not extensions:
        return []
    url = terms.EXTENSION + name
    return [extension for extension in extensions if extension.url == url]


def read_word(extension: Extension) -> str:
    """The one word that an extension says, as a string or a code; empty if it says none."""
    concept = extension.value_codeable_concept
    codings = [] if concept is None else concept.coding
    if extension.value_coding is not None:
        codings = [extension.value_coding, *codings]
    words = (
        extension.value_string,
        extension.value_code,
        extension.value_date,
        extension.value_date_time,
        *(coding.code for coding in codings),
        None if concept is None else concept.text,
    )
    return next((word for word in words if word), "")


def read_part(extension: Extension, name: str) -> str:
    """What the part *name* of an extension says; empty if it says nothing."""
    return next((read_word(part) for part in extension.extension if part.url == name), "")
