"""A folder of official files loaded: medicines and nomenclatures, all of them or none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from ordonnance.domain.nomenclature import System
from ordonnance.store.bdpm_rows import BDPMFile
from ordonnance.store.database import Database
from ordonnance.store.nomenclature_files import systems_in
from ordonnance.usecases import nomenclature, referential
from ordonnance.usecases.referential import Outcome, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """What a load did: of the medicines (None: the folder has none), and of each nomenclature."""

    products: referential.Report | None
    nomenclatures: tuple[nomenclature.Report, ...]

    @property
    def reports(self) -> tuple[referential.Report | nomenclature.Report, ...]:
        """The reports, that of the medicines first."""
        products = () if self.products is None else (self.products,)
        return (*products, *self.nomenclatures)


def load_folder(
    database: Database,
    files: Mapping[str, bytes],
    *,
    at: datetime,
    effective_on: date,
    progress: Progress,
) -> Loading:
    """Load what *files* hold, their bytes by their names, from a day on, in one transaction.

    Where one part is broken or older than what is in force, nothing of the others is written
    either. A folder in which nothing is known lacks the files of medicines.

    Source: REF-2, REF-23.
    """
    systems = systems_in(files)
    products = None
    if not systems or not files.keys().isdisjoint(BDPMFile):
        products = referential.draft(
            database, files, at=at, effective_on=effective_on, progress=progress
        )

    def read(system: System) -> nomenclature.Draft:
        return nomenclature.draft(
            database,
            system,
            files,
            at=at,
            effective_on=effective_on,
            step=lambda name, _: progress(name, 1, 1),
        )

    codes = tuple(map(read, systems))
    drafted = Loading(
        products=None if products is None else products.report,
        nomenclatures=tuple(one.report for one in codes),
    )
    if any(one.outcome in (Outcome.BROKEN, Outcome.OUTDATED) for one in drafted.reports):
        return _hold(drafted)
    with database.transaction():
        return Loading(
            products=None if products is None else _write_products(database, products),
            nomenclatures=tuple(_write_codes(database, one) for one in codes),
        )


def _write_products(database: Database, drafted: referential.Draft) -> referential.Report:
    is_new = drafted.report.outcome is Outcome.LOADED
    return referential.write(database, drafted) if is_new else drafted.report


def _write_codes(database: Database, drafted: nomenclature.Draft) -> nomenclature.Report:
    is_new = drafted.report.outcome is Outcome.LOADED
    return nomenclature.write(database, drafted) if is_new else drafted.report


def _hold(drafted: Loading) -> Loading:
    """The same reports, none of which loaded anything."""
    products = drafted.products
    if products is not None and products.outcome is Outcome.LOADED:
        products = replace(products, outcome=Outcome.HELD)
    return Loading(
        products=products,
        nomenclatures=tuple(
            replace(one, outcome=Outcome.HELD) if one.outcome is Outcome.LOADED else one
            for one in drafted.nomenclatures
        ),
    )
