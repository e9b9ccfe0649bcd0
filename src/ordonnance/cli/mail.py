"""``ordonnance mail``: the e-mails of préséries, what waits and what failed; one pass now.

Source: PRE-55.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
import os
import sys
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from ordonnance.cli.purge import open_base
from ordonnance.cli.referentials import DATABASE, JSON
from ordonnance.domain.days import day_in_paris, say_hour
from ordonnance.domain.mail import MAIL_STATE_WORDS, Mail, MailState
from ordonnance.server import SetupError, now, open_post
from ordonnance.settings import read_settings
from ordonnance.usecases import mail as usecase
from ordonnance.usecases.preserie import catch_up

WIDTH = 80
SETTLED = (MailState.SENT, MailState.POINTLESS)


@click.group()
def mail() -> None:
    """E-mails of préséries: what must leave, and what has."""


@mail.command("list")
@DATABASE
@click.option("--all", "is_whole", is_flag=True, help="What has left too.")
@JSON
def list_them(database: str | None, *, is_whole: bool, as_json: bool) -> None:
    """List the e-mails that wait, were given up, or have no address."""
    with closing(open_base(database or read_settings(os.environ).database)) as base:
        found = usecase.list_mails(base)
    shown = [one for one in found if is_whole or one.state not in SETTLED]
    if as_json:
        click.echo(msgspec.json.encode({"mails": [describe(one) for one in shown]}))
    else:
        tell(shown)


@mail.command("send")
@DATABASE
@click.option("--again", is_flag=True, help="Try what was given up once more.")
def send_them(database: str | None, *, again: bool) -> None:
    """Write down what is new and send what is due, once.

    The service does so every ten seconds; both may at the same time. Status 1 if an attempt
    failed.
    """
    given = read_settings(os.environ)
    settings = replace(given, database=database or given.database)
    post = open_post(settings)
    if post.carrier is None:
        raise SetupError("ORDONNANCE_MAIL vaut off : rien ne part. Réglez-la autrement.")
    with closing(open_base(settings.database)) as base:
        if again:
            usecase.retry(base, now())
        with base.snapshot():
            histories = catch_up(base, {})
        done = post.deliver(base, histories, now)
    click.echo(
        f"Nouveaux : {done.written}. Envoyés : {done.sent}. Tentatives échouées : {done.failed}."
    )
    sys.exit(1 if done.failed else 0)


def describe(one: Mail) -> dict[str, Any]:
    """The JSON object of a mail; instants are in UTC, null where there is none."""
    return {
        "preserie": one.preserie,
        "letter": one.letter,
        "to": str(one.party),
        "address": one.address or None,
        "state": one.state.value,
        "created_at": one.created_at,
        "attempts": one.attempts,
        "next_attempt_at": one.next_attempt_at if one.state is MailState.WAITING else None,
        "problem": one.problem,
        "sent_at": one.sent_at,
        "proof": one.proof,
    }


def tell(found: Sequence[Mail]) -> None:
    """Print the mails, a row each. Source: PRE-55."""
    if not found:
        click.echo("Aucun courriel n’attend.")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("Présérie", "À", "Adresse", "État", "Essais", "Suite"):
        table.add_column(column, overflow="fold", justify="right" if column == "Essais" else "left")
    for one in found:
        state = MAIL_STATE_WORDS[one.state]
        table.add_row(
            one.preserie,
            str(one.party),
            one.address or "–",
            state if one.problem is None else f"{state} ({one.problem})",
            str(one.attempts),
            say_next(one),
        )
    Console(width=WIDTH, highlight=False, file=sys.stdout).print(table)


def say_next(one: Mail) -> str:
    """When it was sent or will be tried: ``12/01 9 h 05``; a dash: it will not be."""
    at = one.sent_at or (one.next_attempt_at if one.state is MailState.WAITING else None)
    return "–" if at is None else f"{day_in_paris(at):%d/%m} {say_hour(at)}"
