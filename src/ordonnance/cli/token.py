"""``ordonnance token``: a bearer token of the demonstration issuer."""

import os
from typing import Any

import click

from ordonnance.domain.actor import Profession, Role
from ordonnance.server import demo_issuer, now
from ordonnance.settings import read_settings


@click.command()
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--rpps", metavar="N", help="RPPS of the professional (11 digits).")
@click.option("--profession", type=click.Choice([p.value for p in Profession]))
@click.option("--lab", is_flag=True, help="A biologist.")
@click.option("--am", metavar="N", help="Numéro AM of the site (9 digits).")
@click.option("--ins", metavar="N", help="INS of the patient (test authority).")
@click.option("--vendor", metavar="NAME")
@click.option("--cpam", metavar="NN")
@click.option("--org", metavar="NAME")
@click.option("--software", metavar="ID", help="Approved software and version.")
@click.option("--ttl", default=3600, show_default=True, metavar="S", help="Seconds of validity.")
def token(*, ttl: int, lab: bool, **claims: str | None) -> None:
    """Print a demonstration token.

    Its issuer's key is derived from ORDONNANCE_DEMO_KEY.
    """
    said: dict[str, Any] = {name: value for name, value in claims.items() if value is not None}
    if lab:
        said["lab"] = True
    issuer = demo_issuer(read_settings(os.environ))
    click.echo(issuer.write_token(said, at=now(), seconds=ttl))
