"""A receipt checked with the public keys alone."""

from base64 import urlsafe_b64encode

from cryptography.exceptions import InvalidSignature
import pytest

from builders import after, an_issued, execute
from ordonnance.api.keys import ReceiptSigner
from ordonnance.simulation.receipt import read_receipt

SIGNER = ReceiptSigner.derive("a secret")
OTHER = ReceiptSigner.derive("another")
DOSSIER = after(dossier := an_issued(), execute(dossier.number))
RECEIPT = SIGNER.sign(DOSSIER.number, DOSSIER.executions[0])


def test_a_receipt_says_what_was_signed():  # TLS-36
    told = read_receipt(RECEIPT, SIGNER.public_keys)

    assert told["number"] == DOSSIER.number.value
    assert told["execution"] == f"{DOSSIER.number.value}-E1"
    assert [line["done"] for line in told["lines"]] == [True]


def test_a_receipt_that_was_changed_is_not_believed():
    head, _, signature = RECEIPT.split(".")
    forged = urlsafe_b64encode(b'{"number":"012J0000000000000"}').decode().rstrip("=")

    with pytest.raises(InvalidSignature):
        read_receipt(f"{head}.{forged}.{signature}", SIGNER.public_keys)


def test_a_receipt_of_another_signer_is_not_believed():
    receipt = OTHER.sign(DOSSIER.number, DOSSIER.executions[0])
    mine = SIGNER.public_keys["keys"][0]
    disguised = {"keys": [{**mine, "kid": OTHER.public_keys["keys"][0]["kid"]}]}

    with pytest.raises(KeyError):
        read_receipt(receipt, SIGNER.public_keys)
    with pytest.raises(InvalidSignature):
        read_receipt(receipt, disguised)


@pytest.mark.parametrize("text", ["", "a.b.c", "....", "é"])
def test_what_is_no_receipt_is_not_read(text):
    with pytest.raises((ValueError, KeyError)):
        read_receipt(text, SIGNER.public_keys)
