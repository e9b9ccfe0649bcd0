"""``ordonnance journal``: the legal record."""

import click


@click.group()
def journal() -> None:
    """The journal: who did what, in blocks that anyone can verify."""
