"""``ordonnance check``: settings, database and keys looked at, and said in sentences."""

from collections.abc import Callable, Iterator
import os
import sys

import click

from ordonnance.domain.nomenclature import System
from ordonnance.server import SetupError, now, open_gate, open_links, open_post, open_signer
from ordonnance.settings import DEMO_KEY, Settings, read_settings
from ordonnance.store.database import Database, DatabaseLostError, connect
from ordonnance.store.migrate import pending
from ordonnance.store.partitions import missing_months
from ordonnance.usecases import nomenclature
from ordonnance.usecases.referential import read_history


@click.command()
def check() -> None:
    """Check settings, database and keys.

    Says each in a sentence; status 1 if something keeps the service from starting.
    """
    settings = read_settings(os.environ)
    failed = False
    for look in (look_at_database, look_at_tokens, look_at_receipts, look_at_mail):
        failed |= not report(look, settings)
    sys.exit(1 if failed else 0)


def report(look: Callable[[Settings], Iterator[str]], settings: Settings) -> bool:
    """Print what *look* finds; whether nothing is wrong."""
    try:
        for sentence in look(settings):
            click.echo(f"  ok    {sentence}")
    except (SetupError, DatabaseLostError, ValueError) as error:
        click.echo(f"  stop  {error}")
        return False
    return True


def look_at_database(settings: Settings) -> Iterator[str]:
    """The database answers, its schema is up to date, its months are open."""
    database = connect(settings.database)
    try:
        yield f"The database answers ({database.engine})."
        steps = pending(database)
        if steps:
            raise SetupError(f"{len(steps)} steps of the schema wait: run « ordonnance migrate ».")
        yield "Its schema is up to date."
        months = missing_months(database, now())
        if months:
            raise SetupError("Months are not open: run « ordonnance migrate ».")
        yield "Its months are open."
        yield say_products(database)
        yield from say_codes(database)
    finally:
        database.close()


def say_products(database: Database) -> str:
    """Which products the service knows: the version in force, or the extract of the package."""
    history = read_history(database, now())
    for version in history.versions:
        if version.name == history.in_force:
            return f"Products: {version.name}, in force since {version.effective_on}."
    return (
        "Products: the small extract of the package, for a demonstration only. "
        "Load the official files: « ordonnance referentials load DIR »."
    )


def say_codes(database: Database) -> Iterator[str]:
    """Which codes the service knows of each nomenclature that can be loaded: an edition, a sample.

    Source: REF-21.
    """
    in_force = nomenclature.read_history(database, now()).in_force
    for system in (System.LPP, System.NABM):
        name = in_force.get(system)
        yield f"{system}: {name}." if name else f"{system}: the sample of the package, unofficial."


def look_at_tokens(settings: Settings) -> Iterator[str]:
    """The issuer of tokens is known, and its keys can be read."""
    open_gate(settings)
    if settings.demo and settings.demo_key == DEMO_KEY:
        yield "Tokens: the demonstration issuer, with the key everybody knows (loopback only)."
    elif settings.demo:
        yield "Tokens: the demonstration issuer."
    else:
        yield f"Tokens: {settings.issuer}, for {settings.audience}."
    if not settings.production:
        yield "Identities of test are accepted (ORDONNANCE_PRODUCTION is not set)."


def look_at_receipts(settings: Settings) -> Iterator[str]:
    """The key that signs receipts can be read."""
    signer = open_signer(settings)
    yield f"Receipts are signed by the key {signer.public_keys['keys'][0]['kid']}."


def look_at_mail(settings: Settings) -> Iterator[str]:
    """How e-mails leave, to whom, and whether they can name a page and give a personal link.

    Source: PRE-55, PRE-58.
    """
    post = open_post(settings)
    carrier = "turned off, nobody is told" if post.carrier is None else post.carrier.words
    yield f"E-mails: {carrier}, from {settings.sender}."
    known = post.stationery.contacts.known
    lacking = [name for name in ("cnam", "gie") if name not in known]
    silent = f"; without address: {', '.join(lacking)}" if lacking else ""
    count = f"{len(known)} {'party' if len(known) == 1 else 'parties'}"
    yield f"Contacts: {count} (ORDONNANCE_CONTACTS){silent}."
    if not settings.address:
        yield "E-mails name no page: set ORDONNANCE_ADDRESS, where people find the portail."
    if open_links(settings) is None:
        yield "No personal links are written: set ORDONNANCE_LINK_KEY (pilots answer by them)."
