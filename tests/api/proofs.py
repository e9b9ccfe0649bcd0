"""What tests of evidence over HTTP share: pilots that execute, bill and trace, and who looks."""

from api.papers import delivery, ordonnance
from api.preseries import GIE, VENDOR, a_pilot, claims_of, get, post, tell
from api.services import code_of
from builders import a_number
from lots import a_lot, a_piece, an_invoice, send_lot
from preserie_stories import AMS
from traces import write_lines

AM = AMS[0]
ELSEWHERE = "752100008"
KEY = "cle-de-la-vente-1"
BERYL = {"role": "vendor", "vendor": "Beryl"}


def execute(service, *, am=AM, key=KEY):
    number = a_number()
    service.issue(ordonnance(number), key=f"issue {number}")
    done = service.act(number, "execute", delivery(number), claims=a_pilot(am), key=key)
    assert code_of(done) == "done"
    return number


def bill(service, number, *, am=AM, decision="STOPPED", **said):
    invoice = an_invoice(a_piece(decision), execution=f"{number}-E1")
    lot = a_lot(invoice, am=am, closed_at=service.clock.at.isoformat(), **said)
    answer = send_lot(service, lot, claims=a_pilot(am))
    assert answer.status_code == 201, answer.text
    return lot


def send(service, *lines, am=AM):
    body = b"".join(
        line if isinstance(line, bytes) else write_lines({**line, "n_am": am}) for line in lines
    )
    answer = service.send(
        "POST",
        "/traces",
        token=service.token(a_pilot(am)),
        body=body,
        Content_Type="application/x-ndjson",
    )
    assert answer.status_code == 200
    return answer


def search(service, word, claims=GIE):
    return get(service, f"/traces/{word}", claims)


def seen(service, word, claims=GIE):
    answer = search(service, word, claims)
    assert answer.status_code == 200, answer.text
    return answer.json["commands"]


def open_of(service, story):
    """The last answer to a story told by Beryl."""
    answer = post(service, "/preseries", [story[0]], claims=BERYL)
    name = answer.json["id"]
    for event in story[1:]:
        claims = claims_of(event)
        claims = BERYL if claims == VENDOR else claims
        answer = tell(service, name, event, claims=claims)
        assert answer.status_code == 201, (event, answer.text)
    return answer
