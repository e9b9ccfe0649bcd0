"""E-mails of préséries by real relays and folders, on both engines: once, tried again, proved."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
import ssl
import stat

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
import pytest

from mails import (
    AT,
    CONTACTS,
    NAME,
    Clock,
    CuttingController,
    Scripted,
    a_history,
    a_post,
    free_port,
    read_outbox,
    relaying,
    tell,
    text_of,
)
from ordonnance.domain.contact import Contacts
from ordonnance.domain.mail import MailState
from ordonnance.store.database import connect
from ordonnance.usecases.mail import Delivered, claim, list_mails, retry
from ordonnance.usecases.mail_carrier import (
    CarrierError,
    NotCarriedError,
    Outbox,
    Relay,
    open_carrier,
)
from preserie_stories import OPENED, RUNNING, SUBMITTED, a_pharmacy, say

ONE = (*OPENED, say("supply", item="support"))  # one notice, to the Cnam
QUEUED = "250 2.0.0 Ok: queued as 4F1B"


@pytest.fixture
def base(database_url):
    with closing(connect(database_url)) as database:
        yield database


@pytest.fixture
def port():
    return free_port()


def deliver(base, post, history, at=AT):
    return post.deliver(base, {history.id: history}, Clock(at))


def states(base):
    return [(str(one.party), one.state.value) for one in list_mails(base)]


def only(base):
    [one] = list_mails(base)
    return one


def test_a_notice_leaves_once_with_the_answer_of_the_relay_as_proof(base, port):  # PRE-55
    handler, history = Scripted(QUEUED), a_history(*ONE)
    post = a_post(Relay("127.0.0.1", port))

    with relaying(handler, port):
        first = deliver(base, post, history)
        again = deliver(base, post, history)
        restarted = deliver(base, a_post(Relay("127.0.0.1", port)), history)

    assert (first, again, restarted) == (Delivered(written=1, sent=1), Delivered(), Delivered())
    [message] = handler.taken
    assert (message["To"], message["From"]) == ("cnam@exemple.fr", "preserie@exemple.fr")
    assert message["Subject"] == "Présérie Alba : prérequis partagé"
    assert message["Auto-Submitted"] == "auto-generated"
    text = text_of(message)
    assert "L’éditeur Alba partage le support aux professionnels (Alba)." in text
    assert "À faire : Prenez connaissance du prérequis." in text
    assert f"https://ordonnance.exemple/portail/preseries/{NAME}" in text
    mail = only(base)
    assert (mail.state, mail.proof, mail.sent_at, mail.attempts) == (
        MailState.SENT,
        "250 2.0.0 Ok: queued as 4F1B",
        AT,
        1,
    )


def test_what_is_refused_for_now_is_tried_again_a_minute_later(base, port):  # PRE-55
    handler, history = Scripted("451 4.3.0 later", QUEUED), a_history(*ONE)
    post = a_post(Relay("127.0.0.1", port))

    with relaying(handler, port):
        assert deliver(base, post, history).failed == 1
        assert (only(base).state, only(base).problem) == (MailState.WAITING, "451")
        assert deliver(base, post, history, AT + timedelta(seconds=59)) == Delivered()
        assert deliver(base, post, history, AT + timedelta(seconds=60)).sent == 1

    assert len(handler.taken) == 1
    assert (only(base).state, only(base).problem, only(base).attempts) == (
        MailState.SENT,
        None,
        2,
    )


def test_what_is_refused_for_good_is_given_up_and_shown_until_asked_again(base, port):  # PRE-55
    handler, history = Scripted("554 5.7.1 no", QUEUED), a_history(*ONE)
    post = a_post(Relay("127.0.0.1", port))

    with relaying(handler, port):
        deliver(base, post, history)
        assert (only(base).state, only(base).problem) == (MailState.GIVEN_UP, "554")
        assert deliver(base, post, history, AT + timedelta(days=1)) == Delivered()
        retry(base, AT + timedelta(days=1))
        assert deliver(base, post, history, AT + timedelta(days=1)).sent == 1


@pytest.mark.parametrize("cut", ["begun", "unanswered"])
def test_a_connection_cut_in_the_message_is_taken_up_again(base, port, cut):  # PRE-55
    history, post = a_history(*ONE), a_post(Relay("127.0.0.1", port))
    controller = {"controller": CuttingController} if cut == "begun" else {}

    with relaying(Scripted("hang up"), port, **controller):
        assert deliver(base, post, history) == Delivered(written=1, failed=1)
    assert (only(base).state, only(base).problem) == (
        MailState.WAITING,
        "SMTPServerDisconnected",
    )

    handler = Scripted(QUEUED)
    with relaying(handler, port):
        assert deliver(base, post, history, AT + timedelta(minutes=1)).sent == 1
    assert len(handler.taken) == 1


def test_the_message_has_the_same_name_at_each_attempt(base, port):  # PRE-55
    """Where only the answer was lost, who receives it twice sees that it is the same."""
    names = []

    class Forgetful(Scripted):
        async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
            names.append(envelope.content.split(b"Message-ID: ")[1].split()[0])
            return await super().handle_DATA(server, session, envelope)

    history, post = a_history(*ONE), a_post(Relay("127.0.0.1", port))
    with relaying(Forgetful("hang up", QUEUED), port):
        deliver(base, post, history)
        deliver(base, post, history, AT + timedelta(minutes=1))

    assert len(names) == 2
    assert len(set(names)) == 1


def test_a_relay_that_is_down_stops_the_pass_and_all_leaves_once_it_is_up(base, port):  # PRE-55
    history, post = a_history(*SUBMITTED), a_post(Relay("127.0.0.1", port))

    down = deliver(base, post, history)
    waiting = [state for _, state in states(base)]
    handler = Scripted(QUEUED)
    with relaying(handler, port):
        up = deliver(base, post, history, AT + timedelta(minutes=1))

    assert down.failed == 1
    assert set(waiting) == {"WAITING", "NO_ADDRESS"}
    assert up.sent == waiting.count("WAITING") == len(handler.taken) == 8


def test_an_attempt_that_a_dead_process_began_is_made_after_its_lease(base, port):  # PRE-55
    history, dead = a_history(*ONE), a_post(Relay("127.0.0.1", port))
    deliver(base, dead, history)  # nobody listens: written down
    at = AT + timedelta(minutes=1)
    assert claim(base, only(base), at)

    handler, post = Scripted(QUEUED), a_post(Relay("127.0.0.1", port))
    with relaying(handler, port):
        assert deliver(base, post, history, at + timedelta(minutes=9)) == Delivered()
        assert deliver(base, post, history, at + timedelta(minutes=10)).sent == 1

    assert len(handler.taken) == 1


def test_two_processes_do_not_send_the_same(database_url, port):  # PRE-55
    history, handler = a_history(*SUBMITTED), Scripted(QUEUED)

    def work(_rank):
        with closing(connect(database_url)) as database:
            return deliver(database, a_post(Relay("127.0.0.1", port)), history)

    with relaying(handler, port), ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(4)))

    names = [message["Message-ID"] for message in handler.taken]
    assert len(names) == len(set(names)) == sum(one.sent for one in done) == 8


def test_of_two_that_claim_one_gets_it(base, port):  # PRE-55
    deliver(base, a_post(Relay("127.0.0.1", port)), a_history(*ONE))
    mail = only(base)

    assert [claim(base, mail, AT), claim(base, mail, AT)] == [True, False]


def test_it_is_given_up_after_three_days(base, port):  # PRE-55
    history, post = a_history(*ONE), a_post(Relay("127.0.0.1", port))
    attempts, at = 0, AT

    while deliver(base, post, history, at).failed and attempts < 50:
        attempts += 1
        if only(base).state is MailState.GIVEN_UP:
            break
        at = only(base).next_attempt_at

    assert (only(base).state, only(base).problem) == (
        MailState.GIVEN_UP,
        "ConnectionRefusedError",
    )
    assert attempts == 9
    assert at - AT == timedelta(days=2, hours=20, minutes=36)


def test_an_outbox_holds_a_file_that_is_its_own_proof(base, tmp_path):  # PRE-55
    history = a_history(*ONE)
    folder = tmp_path / "courriels"

    assert deliver(base, a_post(Outbox(folder)), history).sent == 1

    [path] = folder.iterdir()
    assert only(base).proof == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [message] = read_outbox(folder)
    assert message["Date"].datetime == AT


def test_an_outbox_that_cannot_be_written_to_waits(base, tmp_path):  # PRE-55
    (tmp_path / "file").write_text("")
    post = a_post(Outbox(tmp_path / "file"))

    assert deliver(base, post, a_history(*ONE)).failed == 1
    assert only(base).state is MailState.WAITING


def test_who_has_no_address_is_shown_and_written_to_once_it_is_known(base, tmp_path):  # PRE-55
    history = a_history(*ONE)
    deliver(base, a_post(Outbox(tmp_path), contacts=Contacts()), history)
    assert states(base) == [("cnam", "NO_ADDRESS")]

    post = a_post(Outbox(tmp_path))
    assert deliver(base, post, history, AT + timedelta(days=2)).sent == 1

    assert states(base) == [("cnam", "SENT")]


def test_what_happened_long_ago_is_not_told_as_new(base, tmp_path):  # PRE-55
    """The service is set to send e-mails on a base where préséries have been run for months."""
    history = a_history(*ONE, at=AT - timedelta(days=4))

    assert deliver(base, a_post(Outbox(tmp_path)), history) == Delivered(written=1)
    assert (only(base).state, only(base).problem) == (MailState.GIVEN_UP, "TooOld")


def test_pilots_and_vendors_are_written_to_where_they_said(base, tmp_path):  # PRE-55
    declared = say("declare_vendor", vendor="Alba", contact="projet@alba.exemple.fr")
    pharmacies = [a_pharmacy(rank, contact=f"pharmacie{rank}@exemple.fr") for rank in range(5)]
    story = [one for one in RUNNING if one["do"] not in ("enrol", "declare_vendor")]
    at = [one["do"] for one in story].index("submit_participants")
    history = a_history(declared, *story[:at], *pharmacies, *story[at:])
    known = {name: where for name, where in CONTACTS.known.items() if name != "vendor:alba"}
    post = a_post(Outbox(tmp_path), contacts=Contacts(known))

    deliver(base, post, history)
    told = tell(history, say("draw_bilan"), say("share_bilan", with_=["vendor", "cnam", "pilots"]))
    deliver(base, post, told, AT + timedelta(hours=1))

    shared = [one for one in read_outbox(tmp_path) if "bilan partagé" in one["Subject"]]
    assert sorted(one["To"] for one in shared) == [
        "cnam@exemple.fr",
        *(f"pharmacie{rank}@exemple.fr" for rank in range(5)),
        "projet@alba.exemple.fr",
    ]


def test_an_identity_in_a_free_text_does_not_leave(base, tmp_path):  # PRE-55
    text = "Reprise de la carte 2 79 03 51 215 189 89"
    story = (*OPENED, say("declare_fix", criterion=1, version="5.1", text=text))

    deliver(base, a_post(Outbox(tmp_path)), a_history(*story))

    [message] = read_outbox(tmp_path)
    assert "215 189" not in text_of(message)
    assert "Le détail se lit sur la page de la présérie." in text_of(message)


def test_a_name_with_an_end_of_line_adds_no_header(base, tmp_path):  # PRE-55
    named = "Alba\r\nBcc: quelquun@exemple.fr"
    story = [
        {
            key: named if value == "Alba" and key == "software" else value
            for key, value in one.items()
        }
        for one in ONE
    ]

    deliver(base, a_post(Outbox(tmp_path)), a_history(*story))

    [message] = read_outbox(tmp_path)
    assert message["Bcc"] is None


def test_nothing_is_written_while_e_mails_are_off(base):  # PRE-55
    assert deliver(base, a_post(None), a_history(*ONE)) == Delivered()
    assert list_mails(base) == ()


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("", "files in /srv/mail"),
        ("/var/courriels", "files in /var/courriels"),
        ("smtp://relais.exemple.fr", "smtp://relais.exemple.fr:587"),
        ("smtps://moi:secret@relais.exemple.fr:4650", "smtps://relais.exemple.fr:4650"),
    ],
)
def test_a_setting_says_how_e_mails_leave(setting, named):  # PRE-55
    carrier = open_carrier(setting, "sqlite:////srv/ordonnance.db")

    assert carrier.words == named
    assert "secret" not in repr(carrier)


@pytest.mark.parametrize("setting", ["http://relais", "smtp://", "smtp://relais:beaucoup"])
def test_another_setting_is_none(setting):  # PRE-55
    with pytest.raises(CarrierError):
        open_carrier(setting, "sqlite:///base")


def test_a_password_does_not_travel_in_clear(port):  # PRE-55
    from email.message import EmailMessage  # noqa: PLC0415 - here alone

    message = EmailMessage()
    message["From"], message["To"] = "a@exemple.fr", "b@exemple.fr"
    relay = Relay("127.0.0.1", port, user="moi", password="secret")  # noqa: S106 - nobody's

    with relaying(Scripted(QUEUED), port), pytest.raises(NotCarriedError) as caught:
        relay.carry(message, "name")

    assert caught.value.problem == "SMTPNotSupportedError"


@pytest.fixture
def certified(tmp_path):
    """A certificate of the loopback that nobody but its owner vouches for, and TLS by it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relais de test")])
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(loopback, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (tmp_path / "relais.crt").write_bytes(certificate.public_bytes(pem))
    (tmp_path / "relais.cle").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "relais.crt", tmp_path / "relais.cle")
    return tmp_path / "relais.crt", context


def test_a_password_travels_over_tls_to_who_is_vouched_for(
    base, port, certified, monkeypatch
):  # PRE-55
    path, context = certified
    history, handler, seen = a_history(*ONE), Scripted(QUEUED), []

    def recognise(_server, _session, _envelope, _mechanism, data):
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    class Strict(Controller):
        def factory(self):
            return SMTP(
                self.handler, tls_context=context, require_starttls=True, authenticator=recognise
            )

    post = a_post(open_carrier(f"smtp://moi%40exemple.fr:mot%3Apasse@127.0.0.1:{port}", ""))
    with relaying(handler, port, controller=Strict):
        deliver(base, post, history)
        assert (only(base).problem, seen) == ("SSLCertVerificationError", [])
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        deliver(base, post, history, AT + timedelta(minutes=1))

    assert only(base).state is MailState.SENT
    assert seen == [(b"moi@exemple.fr", b"mot:passe")]


def test_an_identity_in_a_place_does_not_leave_in_an_invitation(base, tmp_path):  # PRE-55
    place = "chez 2 79 03 51 215 189 89"
    story = (*SUBMITTED, say("call_launch_meeting", on="2026-01-26", place=place))

    deliver(base, a_post(Outbox(tmp_path)), a_history(*story))

    called = [one for one in read_outbox(tmp_path) if "réunion" in one["Subject"]]
    assert called
    assert not any(one.is_multipart() for one in called)
    assert not any("215 189" in text_of(one) for one in called)
