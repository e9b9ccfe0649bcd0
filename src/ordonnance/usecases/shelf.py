"""The referential that a process has at hand, and its change for another in force."""

from datetime import datetime

from ordonnance.domain.catalogue import Catalogue
from ordonnance.domain.product import Referential
from ordonnance.store.database import Database
from ordonnance.usecases.referential import read_in_force, version_in_force


class Shelf:
    """Holds the referential to decide with; the one given, until a version is in force.

    *current* is replaced whole, never changed: whoever took it before goes on with one version.
    *catalogue* is its index, for searching.
    One thread at a time refreshes; any number read.

    Source: REF-5.
    """

    def __init__(self, fallback: Referential) -> None:
        self.current = fallback
        self.catalogue = Catalogue.of(fallback)

    def refresh(self, database: Database, at: datetime) -> bool:
        """Take the version in force at *at*, if it is another; whether *current* changed.

        One row is read when nothing changes. Without any version in force, or if another process
        dropped it a moment ago for one that this clock does not see yet, what is held is kept.

        Source: REF-5.
        """
        version = version_in_force(database, at)
        if version is None or version == self.current.version:
            return False
        found = read_in_force(database, at)
        if found is None:
            return False
        catalogue = Catalogue.of(found)  # over a second of work: what is held serves meanwhile
        self.current, self.catalogue = found, catalogue
        return True
