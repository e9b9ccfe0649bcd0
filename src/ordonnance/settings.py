"""How a deployment is set: read once from the environment, passed down as a value."""

from collections.abc import Mapping
from dataclasses import dataclass

PREFIX = "ORDONNANCE_"
CHOICES = {"preserie_gate": ("off", "warn", "refuse")}
DEFAULT_DATABASE = "sqlite:///data/ordonnance.db"
DEMO_KEY = "demonstration"  # everybody knows it: a service that uses it answers on loopback only
DEMO_ISSUER = "https://demonstration.ordonnance.example"


class SettingError(ValueError):
    """A setting that cannot be read; the message says what it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator decides. Each field is the variable ``ORDONNANCE_<FIELD>``.

    *database*: ``sqlite:///path`` or ``postgresql://…``. *demo*: tokens of the demonstration
    issuer are accepted, its key derived from *demo_key*. *issuer*, *audience* and *jwks* (the
    path of a file): whose tokens are accepted otherwise. *receipt_key*: the path of the Ed25519
    key, as a JWK, that signs receipts. *software*: the approved ones, as tokens name them, between
    commas; empty: whether a software is approved is not checked. *production*: identities of test
    and demonstration are refused. *preserie_gate*: whether who executes from a software in
    présérie that is not installed there is let pass, warned or refused.
    *mail*: how e-mails leave: ``smtp://…``, ``smtps://…``, a folder, ``off``; empty: a folder
    beside the base. *sender*: the address they come from. *contacts*: the path of the TOML file
    that says who is written to where. *address*: where people find the service, no path after it.
    *link_key*: the path of the secret that signs personal links.
    """

    database: str = DEFAULT_DATABASE
    demo: bool = False
    demo_key: str = DEMO_KEY
    issuer: str = ""
    audience: str = "ordonnance"
    jwks: str = ""
    receipt_key: str = ""
    software: str = ""
    production: bool = False
    preserie_gate: str = "warn"
    mail: str = ""
    sender: str = "ordonnance@ordonnance.example"
    contacts: str = ""
    address: str = ""
    link_key: str = ""

    @property
    def approved(self) -> frozenset[str]:
        """The approved software, one by one."""
        return frozenset(name.strip() for name in self.software.split(",") if name.strip())


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that *environment* gives; defaults for the rest.

    Raises:
        SettingError: a yes-or-no setting is neither, or a choice is none of those offered.
    """
    known = {name: type(getattr(Settings(), name)) for name in Settings.__slots__}
    given: dict[str, str | bool] = {}
    for variable, value in environment.items():
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX) or name not in known:
            continue
        if name in CHOICES:
            given[name] = read_choice(variable, value, CHOICES[name])
        else:
            given[name] = read_flag(variable, value) if known[name] is bool else value
    return Settings(**given)  # type: ignore[arg-type]  # each value was read as its field's type


def read_flag(variable: str, value: str) -> bool:
    """A yes-or-no setting: 1, true, yes or oui; 0, false, no, non or nothing.

    Raises:
        SettingError: it is neither.
    """
    word = value.strip().lower()
    if word in ("1", "true", "yes", "oui"):
        return True
    if word in ("", "0", "false", "no", "non"):
        return False
    raise SettingError(f"{variable} is yes or no, not {value!r}")


def read_choice(variable: str, value: str, offered: tuple[str, ...]) -> str:
    """A setting that is one of a few words, letter case aside; nothing: as if it were not set.

    Raises:
        SettingError: it is none of them.
    """
    word = value.strip().lower() or str(getattr(Settings(), variable.removeprefix(PREFIX).lower()))
    if word not in offered:
        raise SettingError(f"{variable} is {', '.join(offered)}: not {value!r}")
    return word


def write_environment(settings: Settings) -> dict[str, str]:
    """The settings as environment variables: how worker processes receive them."""
    written = {}
    for name in Settings.__slots__:
        value = getattr(settings, name)
        written[PREFIX + name.upper()] = str(int(value)) if isinstance(value, bool) else value
    return written
