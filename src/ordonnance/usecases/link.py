"""Personal links: an address that says who comes and for which présérie, without an account.

Source: PRE-50.
"""

from dataclasses import dataclass
from hashlib import sha256

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from ordonnance.domain.preserie_party import Party, parse_party

_ALGORITHMS = ["HS256"]
_LENGTH_MAX = 600


@dataclass(frozen=True, slots=True)
class Invited:
    """Who a link was written for, and the identifier of the présérie it opens."""

    preserie: str
    party: Party


class Links:
    """Writes and reads personal links, signed with *secret*.

    They do not expire: what somebody may still do is said by the présérie, not by the link.
    Another secret makes all of them void.

    Source: ours (PRE-50): a pilot answers between two patients and has no account here.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = OctKey.import_key(secret)

    @classmethod
    def derive(cls, secret: str) -> "Links":
        """Links for demonstration and tests, signed with a key derived from *secret*."""
        return cls(sha256(f"ordonnance/links/{secret}".encode()).digest())

    def write(self, invited: Invited) -> str:
        """The word of the address that stands for *invited*: letters, digits, ``-_.``."""
        claims = {"preserie": invited.preserie, "party": str(invited.party)}
        return jwt.encode({"alg": _ALGORITHMS[0]}, claims, self._key, algorithms=_ALGORITHMS)

    def read(self, word: str) -> Invited | None:
        """Whom *word* was written for; None: it is none of ours."""
        if len(word) > _LENGTH_MAX:
            return None
        try:
            claims = jwt.decode(word, self._key, algorithms=_ALGORITHMS).claims
        except (JoseError, ValueError):
            return None
        party = parse_party(str(claims.get("party", "")))
        preserie = claims.get("preserie")
        return Invited(preserie, party) if party and isinstance(preserie, str) else None
