"""The program does not start on what it would serve wrongly."""

import json
import logging

from joserfc.jwk import ECKey, OKPKey
import psycopg
import pytest

from api.services import running
from conftest import name_database
from ordonnance.api.keys import ReceiptSigner
from ordonnance.log import LOGGER
from ordonnance.server import SetupError, compose, create_app
from ordonnance.settings import Settings


@pytest.fixture
def keys(tmp_path):
    """The files that a deployment names: the issuer's keys and the receipts' one."""
    issuer = ECKey.generate_key("P-256", {"kid": "1"}).as_dict(private=False)
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [issuer]}))
    receipts = OKPKey.generate_key("Ed25519").as_dict(private=True)
    (tmp_path / "receipts.json").write_text(json.dumps(receipts))
    return {
        "issuer": "https://psc.example",
        "jwks": str(tmp_path / "jwks.json"),
        "receipt_key": str(tmp_path / "receipts.json"),
    }


def test_the_program_starts_with_an_issuer_and_a_receipt_key(fresh_sqlite, keys):
    with running(fresh_sqlite, demo=False, **keys) as service:
        assert service.send("GET", "/health/ready").status_code == 200


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ("issuer", "No token issuer is set"),
        ("jwks", "No token issuer is set"),
        ("receipt_key", "No receipt key is set"),
    ],
)
def test_without_a_key_the_program_does_not_start(fresh_sqlite, keys, lacking, words):
    settings = Settings(database=fresh_sqlite, **{**keys, lacking: ""})

    with pytest.raises(SetupError, match=words):
        compose(settings)


@pytest.mark.parametrize("content", [None, b"", b"{"])
def test_a_file_that_cannot_be_read_is_named(fresh_sqlite, keys, tmp_path, content):
    path = tmp_path / "other.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SetupError, match=r"other\.json cannot be read"):
        compose(Settings(database=fresh_sqlite, **{**keys, "jwks": str(path)}))


def test_the_program_does_not_start_on_a_base_of_another_version(postgresql_url, tmp_path):
    name = f"ordonnance_empty_{tmp_path.name}".lower()[:60]
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        with pytest.raises(SetupError, match="The schema is not up to date"):
            compose(Settings(database=name_database(postgresql_url, name), demo=True))
        connection.execute(f'DROP DATABASE "{name}"')


def test_the_program_is_set_by_the_environment(fresh_sqlite, monkeypatch):
    monkeypatch.setattr(LOGGER, "handlers", [])
    monkeypatch.setattr(LOGGER, "propagate", True)
    monkeypatch.setattr(LOGGER, "level", LOGGER.level)

    app = create_app({"ORDONNANCE_DATABASE": fresh_sqlite, "ORDONNANCE_DEMO": "oui"})

    assert app is not None
    assert LOGGER.getEffectiveLevel() == logging.INFO


def test_receipts_are_signed_by_a_private_key_of_their_kind():
    key = OKPKey.generate_key("Ed25519")

    with pytest.raises(TypeError, match="Ed25519 private key"):
        ReceiptSigner(OKPKey.import_key(key.as_dict(private=False)))
    with pytest.raises(TypeError, match="Ed25519 private key"):
        ReceiptSigner(OKPKey.generate_key("X25519"))


def test_a_demonstration_always_signs_with_the_same_key():
    first, second = ReceiptSigner.derive("demonstration"), ReceiptSigner.derive("demonstration")

    assert first.public_keys == second.public_keys
    assert first.public_keys != ReceiptSigner.derive("another").public_keys
