"""Keys: those of the demonstration issuer, and the one that signs receipts."""

from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey
from joserfc.util import urlsafe_b64encode
import msgspec

from ordonnance.domain.dossier import identify
from ordonnance.domain.fact import Executed
from ordonnance.domain.identifiers import PrescriptionNumber

_encode = msgspec.json.Encoder().encode


class DemoIssuer:
    """An issuer of tokens for demonstration and tests, its key derived from *secret*."""

    def __init__(self, secret: str, *, issuer: str, audience: str) -> None:
        self._key = ECKey.derive_key(f"ordonnance/issuer/{secret}", "P-256", auto_kid=True)
        self._issuer = issuer
        self._audience = audience

    @property
    def keys(self) -> KeySet:
        """The keys by which its tokens are checked."""
        return KeySet([ECKey.import_key(self._key.as_dict(private=False))])

    def write_token(self, claims: dict[str, Any], *, at: datetime, seconds: int) -> str:
        """A token that says *claims*, valid *seconds* from *at*."""
        issued = int(at.timestamp())
        dated = {
            **claims,
            "iss": self._issuer,
            "aud": self._audience,
            "nbf": issued,
            "exp": issued + seconds,
        }
        return jwt.encode({"alg": "ES256", "kid": self._key.kid}, dated, self._key)


class ReceiptSigner:
    """Signs executions: the téléservice's proof that they were recorded."""

    def __init__(self, key: OKPKey) -> None:
        key.ensure_kid()
        self._key = key
        private_key = key.private_key
        if not isinstance(private_key, Ed25519PrivateKey):
            raise TypeError("receipts are signed by an Ed25519 private key")
        self._private_key = private_key
        header = {"alg": "EdDSA", "kid": key.kid, "typ": "ordonnance-receipt+jws"}
        self._header = urlsafe_b64encode(_encode(header))

    @classmethod
    def derive(cls, secret: str) -> "ReceiptSigner":
        """A signer for demonstration and tests, its key derived from *secret*."""
        return cls(OKPKey.derive_key(f"ordonnance/receipts/{secret}", "Ed25519"))

    def derive_secret(self, purpose: str) -> bytes:
        """32 secret bytes for one *purpose*: the same in every process that holds the key."""
        secret = self._private_key.private_bytes_raw()
        derive = HKDF(SHA256(), length=32, salt=None, info=f"ordonnance/{purpose}".encode())
        return derive.derive(secret)

    @property
    def public_keys(self) -> dict[str, Any]:
        """The JWK set by which anyone checks a receipt."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": "EdDSA"}]}

    def sign(self, number: PrescriptionNumber, execution: Executed) -> str:
        """The receipt of an execution: a JWS over that fact alone, the same at each reading.

        It names the number, the execution, the site, the instant and the body's digest: nobody's
        name, no product.

        Source: TLS-36.
        """
        payload = {
            "execution": identify(number, execution),
            "number": number.value,
            "recorded_at": execution.at.isoformat(),
            "sender": execution.by.sender,
            "body_sha256": execution.digest,
            "lines": [
                {
                    "line": act.prescribed,
                    "done": act.is_done,
                    "quantity": None if act.quantity is None else f"{act.quantity:f}",
                }
                for act in execution.acts
            ],
        }
        # The compact form is put together here: joserfc signs EdDSA only with a warning, since
        # RFC 9864 prefers the name « Ed25519 » for the same signature; the contract says EdDSA.
        signed = self._header + b"." + urlsafe_b64encode(_encode(payload))
        return (signed + b"." + urlsafe_b64encode(self._private_key.sign(signed))).decode()
