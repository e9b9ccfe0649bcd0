"""``ordonnance export-openapi``: the téléservice's description for vendors' tools."""

import click
import msgspec

from ordonnance.api.openapi import describe_service


@click.command("export-openapi")
def export_openapi() -> None:
    """Print the OpenAPI description."""
    text = msgspec.json.format(msgspec.json.encode(describe_service()), indent=2)
    click.echo(text.decode())
