"""A receipt read as a pharmacy or a caisse would: with the public keys alone."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
import msgspec

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def read_receipt(receipt: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """What a *receipt* (a compact JWS) says, once its signature is checked.

    *keys* is the JWK set of ``/.well-known/jwks.json``.

    Raises:
        InvalidSignature: it is not what the téléservice signed.
        KeyError: it names no key, or none of *keys*.
        ValueError: it is not written as a receipt.

    Source: TLS-36.
    """
    signed, _, signature = receipt.rpartition(".")
    head, _, payload = signed.partition(".")
    name = _decode(_read_part(head))["kid"]
    known = {key["kid"]: key["x"] for key in keys["keys"] if key.get("crv") == "Ed25519"}
    key = Ed25519PublicKey.from_public_bytes(_read_part(known[name]))
    key.verify(_read_part(signature), signed.encode())
    return _decode(_read_part(payload))


def _read_part(text: str) -> bytes:
    """A part of a JWS: base 64 for addresses, its padding left out."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
