"""Documents of a présérie: names without traps, versions, what a pilot reads."""

import pytest

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.identifiers import AMNumber
from ordonnance.domain.preserie_document import (
    check_document_reader,
    clean_media_type,
    clean_name,
    is_digest,
    list_versions,
)
from ordonnance.domain.preserie_value import Document, Item
from ordonnance.domain.refusal import Refusal
from preserie_stories import AMS, OPENED, record, say

DIGESTS = ["a" * 64, "b" * 64, "c" * 64]
MANUALS = [
    say("supply", item="kit_manual", document={"name": f"v{n}.pdf", "sha256": digest})
    for n, digest in enumerate(DIGESTS[:2], start=1)
]
TERMS = say("supply", item="training_terms", document={"name": "f.pdf", "sha256": DIGESTS[2]})


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Mode d’emploi (v2).pdf", "Mode d’emploi (v2).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\moi\\kit.pdf", "kit.pdf"),
        ("re\u0301union.pdf", "réunion.pdf"),
        ("fdp\u202egnp.exe", "fdp gnp.exe"),
        ('a"; filename="b.html\r\nX: y', "a ; filename= b.html X y"),
        ("  .cache. ", "cache"),
        ("", "document"),
        ("...", "document"),
        ("dossier/", "document"),
        ("é" * 300 + ".pdf", "é" * 116 + ".pdf"),
        ("a" * 300, "a" * 120),
    ],
)
def test_a_name_holds_no_trap(said, name):  # PRE-68
    assert clean_name(said) == name


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Application/PDF; charset=utf-8", "application/pdf"),
        ("video/mp4", "video/mp4"),
        ("", "application/octet-stream"),
        ("pdf", "application/octet-stream"),
        ("text/html\r\nX: y", "application/octet-stream"),
    ],
)
def test_a_media_type_is_one_or_any(said, kind):  # PRE-68
    assert clean_media_type(said) == kind


def test_a_digest_is_64_lower_case_digits():  # PRE-68
    assert is_digest("0123456789abcdef" * 4)
    assert not any(map(is_digest, ("", "a" * 63, "A" * 64, "g" * 64, "a" * 64 + "\n")))


def test_every_version_of_a_prerequisite_is_told_in_order():  # PRE-8, PRE-68
    history = record(*OPENED, MANUALS[0], say("supply", item="support", contact="0123"), MANUALS[1])

    versions = list_versions(history, Item.KIT_MANUAL)
    [support] = list_versions(history, Item.SUPPORT)

    assert [one.document for one in versions] == [
        Document("v1.pdf", DIGESTS[0]),
        Document("v2.pdf", DIGESTS[1]),
    ]
    assert [one.rank for one in versions] == [len(OPENED) + 1, len(OPENED) + 3]
    assert {str(one.by) for one in versions} == {"vendor"}
    assert (support.document, support.contact) == (None, "0123")


def test_a_pilot_reads_the_kit_whatever_its_version_and_nothing_else():  # PRE-9, PRE-68
    shouted = {"name": "autre.pdf", "sha256": "D" * 64}  # a vendor may write it so
    others = say("supply", item="kit_other", document=shouted)
    history = record(*OPENED, *MANUALS, others, say("supply", item="kit_tutorial"), TERMS)
    pilot = Actor(role=Role.EXECUTOR, am=AMNumber(AMS[0]))

    for digest in (*DIGESTS[:2], "d" * 64):
        check_document_reader(history, pilot, digest)
    check_document_reader(history, Actor(role=Role.CPAM, cpam="33"), DIGESTS[2])
    with pytest.raises(Refusal, match="DOCUMENT_UNKNOWN"):
        check_document_reader(history, pilot, DIGESTS[2])
