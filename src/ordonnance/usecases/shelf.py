"""The referential that a process has at hand, and its change for another in force."""

from dataclasses import replace
from datetime import datetime

from ordonnance.domain.catalogue import Catalogue
from ordonnance.domain.product import Referential
from ordonnance.store.database import Database
from ordonnance.usecases import nomenclature
from ordonnance.usecases.referential import read_in_force, version_in_force


class Shelf:
    """Holds the referential to decide with; the one given, until a version is in force.

    *current* is replaced whole, never changed: whoever took it before goes on with one version.
    It carries the nomenclatures, each of which has editions of its own. *catalogue* is the index
    of its medicines, for searching.
    One thread at a time refreshes; any number read.

    Source: REF-5.
    """

    def __init__(self, fallback: Referential) -> None:
        self.current = fallback
        self.catalogue = Catalogue.of(fallback)

    def refresh(self, database: Database, at: datetime) -> bool:
        """Take the version and the editions in force at *at*; whether *current* changed.

        A few rows are read when nothing changes. Without any in force, or if another process
        dropped them a moment ago for others that this clock does not see yet, what is held is
        kept.

        Source: REF-5.
        """
        found = self._find_products(database, at)
        listed = nomenclature.read_in_force(database, self.current.nomenclature, at)
        if found is None and listed is self.current.nomenclature:
            return False
        if found is None:
            self.current = replace(self.current, nomenclature=listed)
            return True
        catalogue = Catalogue.of(found)  # over a second of work: what is held serves meanwhile
        self.current, self.catalogue = replace(found, nomenclature=listed), catalogue
        return True

    def _find_products(self, database: Database, at: datetime) -> Referential | None:
        """The version in force at *at*, where it is another than the one held."""
        version = version_in_force(database, at)
        if version is None or version == self.current.version:
            return None
        return read_in_force(database, at)
