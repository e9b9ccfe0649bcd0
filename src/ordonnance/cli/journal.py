"""``ordonnance journal``: the legal record."""

import click


@click.group()
def journal() -> None:
    """The legal record of who did what."""
