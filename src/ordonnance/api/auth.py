"""Tokens: a bearer JWT, checked against the issuer's keys, turned into who acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
import re
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from ordonnance.domain.actor import Actor, Profession, Role
from ordonnance.domain.identifiers import INS, RPPS, AMNumber, INSAuthority
from ordonnance.domain.refusal import Reasons, Refusal

ALGORITHMS = ("ES256", "RS256")
LEEWAY_SECONDS = 30
LENGTH_MAX = 8192
SOFTWARE_LENGTH_MAX = 100
VENDOR_LENGTH_MAX = 200
SESSION_SECONDS = 300
SESSIONS_MAX = 50_000
_CPAM = re.compile(r"[0-9][0-9AB]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Session:
    """Who bears a token that was verified, and the seconds between which it need not be again."""

    actor: Actor
    starts: float
    ends: float


class Gate:
    """Lets in who bears a token of *issuer* for *audience*, signed by one of *keys*.

    *accepts_tests*: INS of the test and demonstration authorities are accepted. *approved*: the
    software that professionals may call from; empty: any.

    A token comes with every request of its bearer, and its signature alone costs as much as half
    a consultation: once verified it opens a session, five minutes at most, never past its end.
    *sessions_max* are remembered at a time; when they are too many all are forgotten.
    """

    def __init__(
        self,
        keys: KeySet,
        *,
        issuer: str,
        audience: str,
        accepts_tests: bool,
        approved: frozenset[str] = frozenset(),
        sessions_max: int = SESSIONS_MAX,
    ) -> None:
        self._keys = keys
        self._approved = approved
        self._sessions_max = sessions_max
        self._issuer = issuer
        self._audience = audience
        self.accepts_tests = accepts_tests
        self._sessions: dict[bytes, Session] = {}  # by digest: no token stays in memory

    def recognise(self, authorization: str | None, at: datetime) -> Actor:
        """Who asks, from the header ``Authorization``.

        Raises:
            Refusal: TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, SOFTWARE_NOT_APPROVED.

        Source: TLS-35, TLS-37.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Refusal(Reasons.TOKEN_MISSING)
        if len(token) > LENGTH_MAX:
            raise Refusal(Reasons.TOKEN_INVALID, problem="trop long")
        digest, now = sha256(token.encode()).digest(), at.timestamp()
        session = self._sessions.get(digest)
        if session is None or not session.starts <= now < session.ends:
            claims = self._verify(token.strip(), at)
            ends = min(claims["exp"], now + SESSION_SECONDS)
            actor = self.read_claims(claims)
            self._check_software(actor)
            session = Session(actor, now, ends)
            if len(self._sessions) >= self._sessions_max:
                self._sessions.clear()
            self._sessions[digest] = session
        return session.actor

    def _verify(self, token: str, at: datetime) -> dict[str, Any]:
        """What *token* says, if it is of the issuer, for us, and valid at the instant *at*.

        Raises:
            Refusal: TOKEN_INVALID, TOKEN_EXPIRED.
        """
        try:
            claims = jwt.decode(token, self._keys, algorithms=list(ALGORITHMS)).claims
            jwt.JWTClaimsRegistry(
                now=int(at.timestamp()),
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": self._audience},
                exp={"essential": True},
            ).validate(claims)
        except ExpiredTokenError:
            raise Refusal(Reasons.TOKEN_EXPIRED) from None
        except (JoseError, ValueError) as error:
            raise Refusal(Reasons.TOKEN_INVALID, problem=type(error).__name__) from None
        return claims

    def _check_software(self, actor: Actor) -> None:
        """Refuse a professional whose software is not an approved one, or is not said.

        Raises:
            Refusal: SOFTWARE_NOT_APPROVED.

        Source: TLS-37.
        """
        calls_from_software = actor.role in (Role.PRESCRIBER, Role.EXECUTOR)
        if self._approved and calls_from_software and actor.software not in self._approved:
            raise Refusal(Reasons.SOFTWARE_NOT_APPROVED)

    def read_claims(self, claims: Mapping[str, Any]) -> Actor:
        """Who a verified token says it is.

        Raises:
            Refusal: TOKEN_INVALID where a claim is not of its form, or the role lacks one.
        """
        try:
            actor = Actor(
                role=Role(claims.get("role", "")),
                rpps=read_rpps(claims),
                profession=Profession(claims["profession"]) if "profession" in claims else None,
                is_laboratory=claims.get("lab") is True,
                am=AMNumber.parse(str(claims["am"])) if "am" in claims else None,
                ins=self.read_ins(claims),
                software=str(claims["software"])[:SOFTWARE_LENGTH_MAX]
                if "software" in claims
                else None,
                cpam=read_cpam(claims),
                vendor=read_vendor(claims),
            )
        except (ValueError, Refusal):
            raise Refusal(Reasons.TOKEN_INVALID, problem="une donnée est mal formée") from None
        lacking = lacks(actor)
        if lacking is not None:
            raise Refusal(Reasons.TOKEN_INVALID, problem=f"{lacking} manque")
        return actor

    def read_ins(self, claims: Mapping[str, Any]) -> INS | None:
        """The patient of a token: the claim ``ins``, of the authority ``ins_oid`` names.

        Without ``ins_oid``: the NIR in production, else the test authority.

        Raises:
            Refusal: INS_INVALID.
        """
        if "ins" not in claims:
            return None
        default = INSAuthority.TEST if self.accepts_tests else INSAuthority.NIR
        authority = INSAuthority(claims.get("ins_oid", default))
        if not authority.is_real and not self.accepts_tests:
            raise Refusal(Reasons.INS_INVALID)
        return INS.parse(str(claims["ins"]), authority)


def read_rpps(claims: Mapping[str, Any]) -> RPPS | None:
    """The professional's RPPS: claim ``rpps``, or ``SubjectNameID`` (8 + RPPS).

    Raises:
        Refusal: RPPS_INVALID.
    """
    if "rpps" in claims:
        return RPPS.parse(str(claims["rpps"]))
    if "SubjectNameID" in claims:
        return RPPS.parse_national(str(claims["SubjectNameID"]))
    return None


def read_cpam(claims: Mapping[str, Any]) -> str | None:
    """The caisse's département, two characters (``33``, ``2A``); None: not said.

    Raises:
        ValueError: it is not one.
    """
    if "cpam" not in claims:
        return None
    cpam = str(claims["cpam"]).upper()
    if not _CPAM.fullmatch(cpam):
        message = "a caisse is known by its département"
        raise ValueError(message)
    return cpam


def read_vendor(claims: Mapping[str, Any]) -> str | None:
    """The éditeur's name, without outer spaces; None: not said, or blank.

    Source: PRE-45.
    """
    return str(claims.get("vendor", ""))[:VENDOR_LENGTH_MAX].strip() or None


def lacks(actor: Actor) -> str | None:
    """What *actor*'s role cannot do without and the token does not say; None: nothing."""
    if actor.role is Role.PRESCRIBER and actor.rpps is None:
        return "rpps"
    if actor.role is Role.EXECUTOR and actor.am is None and actor.rpps is None:
        return "am ou rpps"
    if actor.role is Role.PATIENT and actor.ins is None:
        return "ins"
    return None
