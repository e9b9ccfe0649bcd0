"""A file sent with a form: up to its limit and no further, whatever its sender says."""

from itertools import count

import pytest

from api.preseries import VENDOR, open_preserie
from api.services import running
from preserie_stories import OPENED

BOUNDARY = "une-limite"
MEBIBYTE = 1024 * 1024
_keys = count(1)


@pytest.fixture
def service(database_url):
    with running(database_url) as one:
        yield one


def part(name, content, more=""):
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def send(service, name, *parts, end=f"--{BOUNDARY}--\r\n"):
    body = b"".join((part("key", b"k%d" % next(_keys)), *parts, end.encode()))
    return service.send(
        "POST",
        f"/portail/preseries/{name}/prerequis",
        body=body,
        Content_Type=f"multipart/form-data; boundary={BOUNDARY}",
        Cookie=f"ordonnance_session={service.token(VENDOR)}",
    )


def a_file(content):
    return part("file", content, '; filename="kit.pdf"')


def test_a_document_of_25_mebibytes_is_kept_and_no_more(service):  # PRE-77
    name = open_preserie(service, *OPENED)
    item = part("item", b"kit_manual")

    kept = send(service, name, item, a_file(b"x" * (25 * MEBIBYTE)))
    larger = send(service, name, item, a_file(b"x" * (25 * MEBIBYTE + 1)))
    huge = send(service, name, item, a_file(b"x" * (26 * MEBIBYTE)))

    assert kept.status_code == 303
    assert "25 Mio" in larger.text
    assert huge.status_code == 413
    assert "25 Mio au plus par fichier" in huge.text


def test_a_form_cut_short_shares_nothing(service):  # PRE-77
    name = open_preserie(service, *OPENED)

    answer = send(service, name, part("item", b"kit_manual"), a_file(b"x"), end="")

    assert answer.status_code == 400
    assert "le formulaire ne se lit pas" in answer.text


@pytest.mark.parametrize("seen", ["", "-1", "9" * 5000, "²"])
def test_a_rank_that_is_none_is_as_if_it_were_not_said(service, seen):  # PRE-72
    name = open_preserie(service, *OPENED)

    shared = part("item", b"support"), part("contact", b"01"), part("seen", seen.encode())
    answer = send(service, name, *shared)

    assert answer.status_code == 303
