"""Documents of préséries over HTTP, on both engines: kept once, read by who may, never run."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256

import pytest

from api.preseries import (
    CNAM,
    GIE,
    OPERATOR,
    VENDOR,
    a_caisse,
    a_pilot,
    get,
    open_preserie,
    refusal_of,
    tell,
)
from api.services import Service, running
from builders import NOW
from ordonnance.domain import preserie_document
from ordonnance.domain.preserie_document import DOCUMENTS_MAX, Upload, digest_of
from ordonnance.domain.preserie_party import VENDOR as THE_VENDOR
from ordonnance.store.database import connect
from ordonnance.usecases import document as documents
from preserie_stories import AMS, ENROLLED, say

PDF = b"%PDF-1.7\n\x00\xff\xfe un mode d'emploi"
DIGEST = sha256(PDF).hexdigest()
OTHER_VENDOR = {"role": "vendor", "vendor": "Beryl"}


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with running(database_url) as running_service:
        yield running_service


@pytest.fixture
def name(service):
    return open_preserie(service, *ENROLLED)


def put(service, name, content=PDF, *, digest=None, claims=VENDOR, query="", **headers):
    digest = sha256(content).hexdigest() if digest is None else digest
    return service.send(
        "PUT",
        f"/preseries/{name}/documents/{digest}",
        token=service.token(claims),
        body=content,
        query=query,
        **{"Content_Type": "application/pdf", **headers},
    )


def fetch(service, name, claims=CNAM, digest=DIGEST):
    return get(service, f"/preseries/{name}/documents/{digest}", claims, Accept="*/*")


def test_a_document_is_kept_as_it_came_and_saved_not_shown(service, name):  # PRE-68
    put_there = put(service, name, query="name=Mode%20d%E2%80%99emploi.pdf")
    got = fetch(service, name)

    assert put_there.status_code == 201
    assert put_there.headers["location"] == f"/preseries/{name}/documents/{DIGEST}"
    assert put_there.json == {
        "name": "Mode d’emploi.pdf",
        "sha256": DIGEST,
        "media_type": "application/pdf",
        "size": len(PDF),
        "kept_at": service.clock.at.isoformat(),
        "by": "vendor",
    }
    assert (got.status_code, got.content) == (200, PDF)
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"].startswith("attachment; ")
    assert "Mode%20d%E2%80%99emploi.pdf" in got.headers["content-disposition"]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert got.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("disposition", "found"),
    [
        ('attachment; filename="kit.pdf"', "kit.pdf"),
        ("attachment; filename*=UTF-8''r%C3%A9union.pdf", "réunion.pdf"),
        ("attachment", "document"),
        ("?;;=", "document"),
    ],
)
def test_its_name_may_come_in_a_header(service, name, disposition, found):  # PRE-68
    result = put(service, name, Content_Disposition=disposition)

    assert result.json["name"] == found


def test_the_same_twice_is_the_same_under_its_first_name(service, name):  # PRE-68
    put(service, name, query="name=premier.pdf")
    service.clock.advance(days=1)

    again = put(service, name, query="name=second.pdf", claims=CNAM)

    assert again.status_code == 200
    assert (again.json["name"], again.json["by"]) == ("premier.pdf", "vendor")
    assert service.ask("count(*) FROM preserie_document") == (1,)


def test_bytes_that_are_not_those_announced_are_not_kept(service, name):  # PRE-68
    wrong = put(service, name, digest="0" * 64)
    shouted = put(service, name, digest=DIGEST.upper())
    empty = put(service, name, b"")

    for result in (wrong, shouted, empty):
        assert refusal_of(result) == (422, "DOCUMENT_MALFORMED")
    assert "empreinte SHA-256" in wrong.json["sentence"]
    assert "il est vide" in empty.json["sentence"]
    assert service.ask("count(*) FROM preserie_document") == (0,)


def test_a_document_has_a_limit(service, name, monkeypatch):  # PRE-68
    monkeypatch.setattr("ordonnance.api.document.BYTES_MAX", len(PDF))

    result = put(service, name, PDF + b"!")

    assert refusal_of(result) == (413, "BODY_TOO_LARGE")
    assert put(service, name).status_code == 201
    assert preserie_document.BYTES_MAX == 25 * 1024 * 1024


def test_who_reads_the_preserie_reads_its_documents_a_pilot_the_kit(service, name):  # PRE-68
    kit = {"name": "kit.pdf", "sha256": DIGEST}
    put(service, name)
    pilot = a_pilot(AMS[0])
    before = fetch(service, name, pilot)
    tell(service, name, say("supply", item="kit_manual", document=kit))
    tell(service, name, say("supply", item="kit_manual", document={"name": "v2"}))

    for claims in (VENDOR, CNAM, GIE, OPERATOR, a_caisse("33"), pilot):
        assert fetch(service, name, claims).content == PDF
    assert refusal_of(before) == (404, "DOCUMENT_UNKNOWN")
    for claims in (OTHER_VENDOR, a_caisse("94"), a_pilot("332000999")):
        assert refusal_of(fetch(service, name, claims)) == (404, "PRESERIE_UNKNOWN")


def test_vendor_cnam_and_gie_file_documents_and_nobody_else(service, name):  # PRE-68
    for rank, claims in enumerate((VENDOR, CNAM, GIE)):
        assert put(service, name, b"%d" % rank, claims=claims).status_code == 201
    for claims in (a_caisse("33"), a_pilot(AMS[0]), OPERATOR):
        assert refusal_of(put(service, name, claims=claims)) == (403, "ROLE_NOT_ALLOWED")
    assert refusal_of(put(service, name, claims=OTHER_VENDOR)) == (404, "PRESERIE_UNKNOWN")
    assert refusal_of(put(service, "nowhere")) == (404, "PRESERIE_UNKNOWN")
    assert put(service, name, claims={"role": "nobody"}).status_code == 401


@pytest.mark.parametrize("digest", ["0" * 64, "..", "x", DIGEST.upper()])
def test_what_is_not_there_is_unknown(service, name, digest):  # PRE-68
    put(service, name)

    assert refusal_of(fetch(service, name, digest=digest)) == (404, "DOCUMENT_UNKNOWN")


def test_a_document_of_a_preserie_is_not_one_of_another(service, name):  # PRE-68
    put(service, name)
    vendor = {"do": "declare_vendor", "vendor": "Alba"}
    other = open_preserie(service, vendor)

    assert refusal_of(fetch(service, other)) == (404, "DOCUMENT_UNKNOWN")


def test_a_preserie_keeps_so_many_documents(service, name, monkeypatch):  # PRE-68
    monkeypatch.setattr("ordonnance.usecases.document.DOCUMENTS_MAX", 1)
    put(service, name)

    result = put(service, name, b"another")

    assert refusal_of(result) == (409, "TOO_MANY_DOCUMENTS")
    assert put(service, name).status_code == 200  # it is there already
    assert DOCUMENTS_MAX == 200


def test_two_that_send_the_same_at_once_keep_one(database_url):  # PRE-68
    upload = Upload(
        preserie="A",
        sha256=digest_of(PDF),
        name="kit.pdf",
        media_type="application/pdf",
        at=NOW,
        by=THE_VENDOR,
        content=PDF,
    )

    def keep(_):
        with closing(connect(database_url)) as database:
            return documents.keep(database, upload)[0]

    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(keep, range(8)))

    assert len(set(kept)) == 1
    with closing(connect(database_url)) as database:
        assert documents.read(database, "A", upload.sha256).content == PDF
        with database.snapshot():
            assert database.fetch("count_preserie_documents", {"preserie": "A"}) == [(1,)]
