"""Objects whose every name must be one that FHIR gives there: what is ordered and delivered."""

from typing import Generic, TypeVar, cast

import msgspec
from msgspec import Raw, defstruct

from ordonnance.fhir.reading import decode, read_members
from ordonnance.fhir.structs import Read

_T = TypeVar("_T", bound=Read)


class Strict(Generic[_T]):
    """An object of FHIR, typed, that bears known names only."""

    __slots__ = ("_decoder", "_names", "_only")

    def __init__(self, kind: type[_T], names: frozenset[str]) -> None:
        """What is typed as *kind*, of which *names* are known, those of *kind* included."""
        self._names = names
        self._decoder = msgspec.json.Decoder(kind)
        self._only = msgspec.json.Decoder(_with_all(kind, names))

    def read(self, text: Raw, where: str) -> _T:
        """The object *text*; *where* is its FHIRPath.

        One look suffices where names and types are right, as nearly always. Where they are not,
        or where a primitive has an extension, the names are read first, then the types.

        Raises:
            Refusal: As ``read_members`` and ``decode`` find.
        """
        try:
            return self._only.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            read_members(text, self._names, where)
            return decode(self._decoder, text, where)


def _with_all(kind: type[_T], names: frozenset[str]) -> type[_T]:
    """*kind* with room for all of *names*, and for no other."""
    own = {field.encode_name for field in msgspec.structs.fields(kind)}
    others = [(name, Raw, Raw()) for name in sorted(names - own)]
    strict = defstruct(
        f"Strict{kind.__name__}",
        others,
        bases=(kind,),
        kw_only=True,
        gc=False,
        forbid_unknown_fields=True,
    )
    return cast(type[_T], strict)
