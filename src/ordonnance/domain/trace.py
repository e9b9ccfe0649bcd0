"""Traces postes: one call of the téléservice as a workstation saw it, without anybody's health.

While a présérie lasts, workstations tell of every call they made, those that never came included:
the base alone cannot know of those.

Source: PST-1; domain of the présérie: PRE-20.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
import json
import re
from typing import Any

from ordonnance.domain.actor import Role
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.identity_scan import tells_identity
from ordonnance.domain.reason import Nature, Reason
from ordonnance.domain.refusal import Reasons
from ordonnance.domain.trace_field import (
    CODE,
    Choice,
    Counts,
    ExpectedError,
    Field,
    Instant,
    Text,
    Whole,
)
from ordonnance.domain.workflow import OPERATIONS

LINE_LENGTH_MAX = 8 * 1024
LINES_MAX = 10_000
SCHEMA_VERSION = 1
UUID = re.compile(
    r"[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{12}"
)
_DAY_MS = 86_400_000


class TraceReasons:
    """Why traces are refused as a whole; their codes answer no prescription's request."""

    ROLE_NOT_ALLOWED = Reasons.ROLE_NOT_ALLOWED
    TRACES_NOT_EXPECTED = Reason(
        "TRACES_NOT_EXPECTED",
        Nature.FORBIDDEN,
        "Les traces de votre site ne sont plus attendues. Rien n’a été gardé : arrêtez l’envoi et "
        "videz la file des traces du poste.",
    )
    TRACE_UNKNOWN = Reason(
        "TRACE_UNKNOWN",
        Nature.UNKNOWN,
        "Aucune trace et aucune commande de ce nom ne vous est ouverte. Vérifiez-le : c’est le "
        "trace_id d’une trace, ou l’Idempotency-Key d’une commande.",
    )
    MEDIA_TYPE_UNSUPPORTED = Reason(
        "MEDIA_TYPE_UNSUPPORTED",
        Nature.MEDIA_TYPE,
        "Envoyez des lignes de JSON (Content-Type: application/jsonl), comprimées ou non par gzip.",
    )
    BODY_MALFORMED = Reason(
        "BODY_MALFORMED",
        Nature.MALFORMED,
        "L’envoi de traces n’est pas lisible : {problem}. Rien n’a été gardé ; renvoyez-le.",
    )
    BODY_TOO_LARGE = Reason(
        "BODY_TOO_LARGE",
        Nature.TOO_LARGE,
        "L’envoi de traces dépasse la limite : {problem}. Rien n’a été gardé ; faites plusieurs "
        "envois.",
    )


class Result(StrEnum):
    """How the call ended, for the workstation."""

    DONE = "OK"
    BUSINESS_REFUSAL = "REFUS_METIER"
    TECHNICAL_ERROR = "ERREUR_TECHNIQUE"
    TIMED_OUT = "TIMEOUT"
    GIVEN_UP = "ABANDON_UTILISATEUR"


class Mode(StrEnum):
    """How the act was recorded."""

    NOMINAL = "NOMINAL"
    DEFERRED = "DIFFERE"
    TYPED = "SAISIE_MANUELLE"


class QR(StrEnum):
    """How the number came in."""

    READ = "LU"
    UNREADABLE = "ILLISIBLE"
    TYPED = "SAISI"


class ScorDecision(StrEnum):
    """What the workstation decided of the scan."""

    SENT = "ENVOI"
    STOPPED = "ARRET"
    HELD = "EN_ATTENTE"


TracedOperation = StrEnum(  # type: ignore[misc]  # made of the table of the workflow
    "TracedOperation",
    {name.upper(): name for name, one in OPERATIONS.items() if Role.EXECUTOR in one.roles},
)
_NAMED = Text(pattern=r"[!-~](?:[ -~]{0,62}[!-~])?", length_max=64)

FIELDS: tuple[Field, ...] = (
    Field(name="schema", kind=Whole(1, SCHEMA_VERSION), meaning="version de ce schéma"),
    Field(
        name="trace_id",
        kind=_NAMED,
        meaning="nom de la trace, unique pour le site ; le même à chaque renvoi",
        is_drawn=True,
    ),
    Field(name="horodatage_utc", kind=Instant(), meaning="instant de l’appel, à l’heure du poste"),
    Field(name="duree_ms", kind=Whole(0, _DAY_MS), meaning="durée de l’appel, en millisecondes"),
    Field(name="editeur", kind=Text(), meaning="éditeur du logiciel"),
    Field(name="logiciel", kind=Text(), meaning="logiciel"),
    Field(name="version_logiciel", kind=Text(length_max=40), meaning="version du logiciel"),
    Field(
        name="module_on_version",
        kind=Text(length_max=40),
        meaning="version du module ordonnance numérique",
        is_required=False,
    ),
    Field(name="id_poste", kind=_NAMED, meaning="pseudonyme du poste", is_drawn=True),
    Field(
        name="n_am",
        kind=Text(length_max=9, pattern=r"\d{9}"),
        meaning="numéro AM du site, celui du jeton",
    ),
    Field(name="profession", kind=Text(length_max=40), meaning="profession de qui appelle"),
    Field(name="operation", kind=Choice(TracedOperation), meaning="opération appelée"),
    Field(
        name="command",
        kind=_NAMED,
        meaning="Idempotency-Key de la commande ; absente : un appel sans clé (consulter)",
        is_required=False,
        is_drawn=True,
    ),
    Field(
        name="execution_id",
        kind=Text(length_max=10, pattern=r"E\d{1,9}"),
        meaning="rang de l’exécution (E1), jamais le numéro qui le précède",
        is_required=False,
    ),
    Field(name="tentative", kind=Whole(1, 10_000), meaning="rang de l’essai de cette commande"),
    Field(name="resultat", kind=Choice(Result), meaning="comment l’appel a fini"),
    Field(
        name="code_retour",
        kind=Text(length_max=64, pattern=CODE),
        meaning="code du refus, s’il y en a eu un",
        is_required=False,
    ),
    Field(
        name="http_status",
        kind=Whole(100, 599),
        meaning="statut HTTP reçu, s’il y en a eu un",
        is_required=False,
    ),
    Field(name="mode", kind=Choice(Mode), meaning="comment l’acte est enregistré"),
    Field(name="qr", kind=Choice(QR), meaning="comment le numéro est entré", is_required=False),
    Field(
        name="scor_decision",
        kind=Choice(ScorDecision),
        meaning="ce que le poste a décidé de la numérisation",
        is_required=False,
    ),
    Field(
        name="scor_motif",
        kind=Text(length_max=64, pattern=CODE),
        meaning="code du motif de cette décision",
        is_required=False,
    ),
    Field(name="nb_lignes", kind=Whole(0, 1000), meaning="nombre de lignes", is_required=False),
    Field(
        name="nb_lignes_par_issue",
        kind=Counts(20, 1000),
        meaning="nombre de lignes par issue",
        is_required=False,
    ),
)
_BY_NAME = {field.name: field for field in FIELDS}
_REQUIRED = [field.name for field in FIELDS if field.is_required]

# What the prescription or the patient causes: the software did what it should.
# Malformed, missing, token and key refusals are the software's and stay counted against it.
BUSINESS_CODES = frozenset(
    reason.code
    for reason in (
        *(Reasons.CANCELLED, Reasons.REPLACED, Reasons.EXPIRED, Reasons.RIGHTS_EXHAUSTED),
        *(Reasons.RESERVED_ELSEWHERE, Reasons.ALREADY_UNDONE, Reasons.PATIENT_MISMATCH),
        *(Reasons.TOO_EARLY, Reasons.TOO_LATE, Reasons.DURATION_EXCEEDED, Reasons.OVERLAP),
        *(Reasons.NOT_THE_NAMED_PHARMACY, Reasons.NOT_SUBSTITUTABLE),
    )
)
_BUSINESS_STATUSES = frozenset({409, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One call. *document* is the line as it came; *command* is None where there was no key.

    *at* is the workstation's own clock. *is_business_refusal*: the prescription or its patient was
    the cause.

    Source: PST-5.
    """

    trace_id: str
    am: str
    workstation: str
    version: str
    operation: str
    command: str | None
    at: datetime
    attempt: int
    result: Result
    is_business_refusal: bool
    document: str

    @property
    def on(self) -> date:
        """The day of the call, in Paris."""
        return day_in_paris(self.at)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that is not kept: its place in what was sent, from 1, and the rule it breaks.

    *sentence* is French and repeats nothing of the line.
    """

    line: int
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _RuleError(Exception):
    rule: str
    sentence: str


def read_lines(text: str, *, am: str, at: datetime) -> tuple[Sequence[Trace], Sequence[Wrong]]:
    """The traces that *text* holds, one a line, and the lines that are none, in their order.

    *am* is the site that sends, *at* the instant of reception. Blank lines count and say nothing.

    Source: PST-1, PST-2, PST-3.
    """
    traces: list[Trace] = []
    wrong: list[Wrong] = []
    for place, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            traces.append(read_line(line, am=am, at=at))
        except _RuleError as error:
            wrong.append(Wrong(place, error.rule, error.sentence))
    return traces, wrong


def read_line(line: str, *, am: str, at: datetime) -> Trace:
    """The trace that *line* says.

    Raises:
        _RuleError: with the rule it breaks.
    """
    if len(line) > LINE_LENGTH_MAX:
        raise _RuleError("LINE_TOO_LONG", f"Une trace a {LINE_LENGTH_MAX} caractères au plus.")
    values = _read_members(_read_object(line))
    _check_health(values, day_in_paris(at))
    if values["n_am"] != am:
        raise _RuleError("AM_MISMATCH", "Le numéro AM n’est pas celui du jeton.")
    code, status = values.get("code_retour"), values.get("http_status")
    is_business = values["resultat"] is Result.BUSINESS_REFUSAL
    return Trace(
        trace_id=values["trace_id"],
        am=am,
        workstation=values["id_poste"],
        version=values["version_logiciel"],
        operation=values["operation"].value,
        command=values.get("command"),
        at=values["horodatage_utc"],
        attempt=values["tentative"],
        result=values["resultat"],
        is_business_refusal=is_business and code in BUSINESS_CODES and status in _BUSINESS_STATUSES,
        document=line.strip(),
    )


def _read_object(line: str) -> dict[str, object]:
    try:
        said = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _RuleError("NOT_JSON", "La ligne n’est pas un objet JSON lisible.") from None
    if not isinstance(said, dict):
        raise _RuleError("NOT_JSON", "La ligne n’est pas un objet JSON lisible.")
    return said


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("a member is said twice")
    return said


def _no_constant(_word: str) -> object:
    raise ValueError("not a number of JSON")


def _read_members(said: Mapping[str, object]) -> dict[str, Any]:
    """The values of the members, by their names.

    Raises:
        _RuleError: one is unknown, missing, or of another form.

    Source: PST-1.
    """
    if not said.keys() <= _BY_NAME.keys():
        raise _RuleError("FIELD_UNKNOWN", "La ligne porte un champ que le schéma ne connaît pas.")
    for name in _REQUIRED:
        if said.get(name) is None:
            raise _RuleError("FIELD_MISSING", f"Il manque le champ {name}.")
    values: dict[str, Any] = {}
    for name, value in said.items():
        if value is None:
            continue
        try:
            values[name] = _BY_NAME[name].kind.read(value)
        except ExpectedError as expected:
            raise _RuleError("FIELD_INVALID", f"{name} : attendu {expected}.") from None
    return values


def _check_health(values: Mapping[str, Any], on: date) -> None:
    """Refuse a line that holds an INS or a prescription number in any of its words.

    What is no word, an instant or a count, was read as such already.

    Raises:
        _RuleError: HEALTH_DATA.

    Source: PST-2; CSP, art. L. 1110-4.
    """
    for name, value in values.items():
        field = _BY_NAME[name]
        if isinstance(field.kind, Text):
            words = [] if field.is_drawn and UUID.fullmatch(value) else [value]
        else:
            words = list(value) if isinstance(field.kind, Counts) else []
        if any(tells_identity(text, on) for text in words):
            raise _RuleError(
                "HEALTH_DATA", "La ligne porte un numéro d’ordonnance ou un INS : retirez-le."
            )


def write_schema() -> dict[str, Any]:
    """The JSON Schema of a trace, from the very table by which traces are read.

    Source: PST-1.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://ordonnance.example/traces/schema.json",
        "title": "Trace poste",
        "description": "Un appel du téléservice, vu du poste. Ni numéro d’ordonnance, ni INS.",
        "type": "object",
        "additionalProperties": False,
        "required": _REQUIRED,
        "properties": {field.name: field.schema for field in FIELDS},
    }
