"""The form by which an event is told from a page, and the fields that several share.

Source: PRE-72.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ordonnance.domain.preserie import Preserie
from ordonnance.portail.choices import list_pilots
from ordonnance.portail.field import Field, Kind

Members = Mapping[str, object]


def _as_it_is(members: Members) -> Members:
    return members


@dataclass(frozen=True, slots=True, kw_only=True)
class EventForm:
    """A form: its title, its button, what it is for, its fields.

    *document* is the member that a file makes, with the label of its field; None: no file comes.
    *more* gives fields that depend on the présérie; *build* makes the event's members of what the
    fields say. *template* is what the page is drawn with, and *above* what it shows above the form.
    """

    title: str
    button: str
    intro: str = ""
    fields: tuple[Field, ...] = ()
    document: tuple[str, str] | None = None
    more: Callable[[Preserie], Sequence[Field]] | None = None
    build: Callable[[Members], Members] = _as_it_is
    template: str = "event.html"
    above: Callable[[Preserie], Mapping[str, object]] | None = None

    def describe(self, preserie: Preserie) -> Mapping[str, object]:
        """What the page shows above the form, by the names of its template."""
        return {} if self.above is None else self.above(preserie)

    def list_fields(self, preserie: Preserie) -> tuple[Field, ...]:
        """The fields, in the order they are shown."""
        return (*self.fields, *(self.more(preserie) if self.more else ()))


AM = Field(name="am", label="Pharmacie", kind=Kind.ONE, choices=list_pilots)
MINUTES = ("minutes", "Compte rendu")
REASON = Field(name="reason", label="Motif", kind=Kind.TEXT)
