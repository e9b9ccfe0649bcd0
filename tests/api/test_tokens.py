"""Only who bears a token of the issuer, for this service and now, is let in."""

import base64
from collections.abc import Iterator
import json

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
import pytest

from api.papers import delivery, ordonnance
from api.services import Service, code_of, running
from builders import NOW, a_number, later
from objections import identifying
from ordonnance.api.auth import SESSION_SECONDS, Gate
from ordonnance.domain.refusal import Refusal
from ordonnance.poste.client import Teleservice
from ordonnance.simulation.population import DOCTOR, MARC, PHARMACIST

ISSUER = "https://psc.example"
EC_KEY = ECKey.import_key(ec.generate_private_key(ec.SECP256R1()), {"kid": "ec"})
RSA_KEY = RSAKey.import_key(rsa.generate_private_key(65537, 2048), {"kid": "rsa"})
STRANGER = ECKey.import_key(ec.generate_private_key(ec.SECP256R1()), {"kid": "ec"})
CLAIMS = {
    **PHARMACIST.claims,
    "iss": ISSUER,
    "aud": "ordonnance",
    "nbf": int(NOW.timestamp()),
    "exp": int(later(hours=1).timestamp()),
}


@pytest.fixture(scope="module", params=[False, True], ids=["trial", "production"])
def national(request, tmp_path_factory) -> Iterator[Service]:
    """A téléservice that trusts the issuer of two keys, as in a trial and in production."""
    folder = tmp_path_factory.mktemp("national")
    keys = {"keys": [EC_KEY.as_dict(private=False), RSA_KEY.as_dict(private=False)]}
    (folder / "jwks.json").write_text(json.dumps(keys))
    receipts = OKPKey.generate_key("Ed25519").as_dict(private=True)
    (folder / "receipts.json").write_text(json.dumps(receipts))
    with running(
        f"sqlite:///{folder / 'ordonnance.db'}",
        demo=False,
        issuer=ISSUER,
        jwks=str(folder / "jwks.json"),
        receipt_key=str(folder / "receipts.json"),
        production=request.param,
    ) as service:
        yield service


def sign(claims, key=EC_KEY, algorithm="ES256", **header):
    return jwt.encode({"alg": algorithm, "kid": key.kid, **header}, claims, key)


def encode(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forged(header, claims, signature=b"") -> str:
    text = f"{encode(header)}.{encode(claims)}"
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def confused(key) -> str:
    """A token signed with the public key taken for a shared secret."""
    header = {"alg": "HS256", "kid": key.kid, "typ": "JWT"}
    public = key.raw_value.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    code = HMAC(public, SHA256())
    code.update(f"{encode(header)}.{encode(CLAIMS)}".encode())
    return forged(header, CLAIMS, code.finalize())


def answer(service, authorization):
    """The status and the code that a bearer gets; 404 and NUMBER_UNKNOWN: let in."""
    headers = {} if authorization is None else {"Authorization": authorization}
    result = service.send("GET", f"/fhir/Task/{a_number()}", **headers)
    if result.status_code == 401:
        assert result.headers["www-authenticate"] == "Bearer"
        assert result.headers["cache-control"] == "no-store"
    return result.status_code, code_of(result)


def bearing(service, token):
    return answer(service, f"Bearer {token}")


LET_IN = (404, "NUMBER_UNKNOWN")
INVALID = (401, "TOKEN_INVALID")
MISSING = (401, "TOKEN_MISSING")
EXPIRED = (401, "TOKEN_EXPIRED")


def test_tokens_of_the_issuer_are_accepted(national):  # TLS-35
    assert bearing(national, sign(CLAIMS)) == LET_IN
    assert bearing(national, sign(CLAIMS, RSA_KEY, "RS256")) == LET_IN
    assert answer(national, f"bearer   {sign(CLAIMS)}  ") == LET_IN


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic dTpw", "Bearer\t"])
def test_no_token_is_no_token(national, authorization):  # TLS-35
    assert answer(national, authorization) == MISSING


@pytest.mark.parametrize(
    "token", ["x", "a.b", "a.b.c", "a.b.c.d.e", "....", "é", "e30.e30.e30", "x" * 8193, "\u0000"]
)
def test_garbage_is_refused(national, token):  # TLS-35
    assert bearing(national, token) == INVALID


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"iss": "https://other.example"}, INVALID),
        ({"iss": ...}, INVALID),
        ({"iss": [ISSUER]}, INVALID),
        ({"aud": "another-service"}, INVALID),
        ({"aud": ...}, INVALID),
        ({"aud": []}, INVALID),
        ({"aud": ["another-service", "ordonnance"]}, LET_IN),
        ({"exp": ...}, INVALID),
        ({"exp": "tomorrow"}, INVALID),
        ({"exp": int(later(seconds=-29).timestamp())}, LET_IN),  # clocks may disagree a little
        ({"exp": int(later(seconds=-31).timestamp())}, EXPIRED),
        ({"exp": int(later(days=-1).timestamp())}, EXPIRED),
        ({"nbf": int(later(seconds=30).timestamp())}, LET_IN),
        ({"nbf": int(later(seconds=31).timestamp())}, INVALID),
        ({"nbf": ...}, LET_IN),
        ({"nbf": "now"}, INVALID),
    ],
)
def test_a_token_is_for_this_service_and_for_now(national, changes, refusal):  # TLS-35
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not ...}

    assert bearing(national, sign(claims)) == refusal


@pytest.mark.parametrize(
    "token",
    [
        forged({"alg": "none"}, CLAIMS),
        forged({"alg": "none", "kid": "ec"}, CLAIMS),
        forged({"alg": "None", "kid": "ec"}, CLAIMS),
        forged({"alg": "ES256", "kid": "ec"}, CLAIMS),
        forged({"alg": "ES256", "kid": "ec"}, CLAIMS, b"\0" * 64),
        forged({"alg": "ES256", "kid": "unknown"}, CLAIMS, b"\0" * 64),
        forged({"alg": "RS256", "kid": "ec"}, CLAIMS, b"\0" * 256),
        forged({"alg": "HS256", "kid": "ec"}, CLAIMS, b"\0" * 32),
        forged({"kid": "ec"}, CLAIMS, b"\0" * 64),
        forged([], CLAIMS, b"\0" * 64),
        confused(EC_KEY),
        confused(RSA_KEY),
        sign(CLAIMS, STRANGER),
        sign(CLAIMS, ECKey.generate_key("P-256", {"kid": "unknown"})),
        sign(CLAIMS)[:-4] + "AAAA",
    ],
)
def test_a_forged_token_is_refused(national, token):  # TLS-35
    assert bearing(national, token) == INVALID


def test_a_token_whose_claims_were_altered_is_refused(national):  # TLS-35
    header, _, signature = sign(CLAIMS).split(".")
    altered = {**CLAIMS, "role": "prescriber", "rpps": "10001045367"}

    assert bearing(national, f"{header}.{encode(altered)}.{signature}") == INVALID


@pytest.mark.parametrize(
    ("claims", "refusal"),
    [
        ({}, INVALID),
        ({"role": "king"}, INVALID),
        ({"role": ["executor"]}, INVALID),
        ({"role": None}, INVALID),
        ({"role": "prescriber"}, INVALID),
        ({"role": "prescriber", "rpps": "10001045368"}, INVALID),
        ({"role": "prescriber", "rpps": None}, INVALID),
        ({"role": "prescriber", "SubjectNameID": "10001045367"}, INVALID),
        ({"role": "prescriber", "SubjectNameID": "810001045367"}, LET_IN),
        ({"role": "executor"}, INVALID),
        ({"role": "executor", "am": "33200123"}, INVALID),
        ({"role": "executor", "am": "332001239", "profession": "G15_99"}, INVALID),
        ({"role": "executor", "am": "332001239", "profession": {}}, INVALID),
        ({"role": "executor", "am": 332001239}, LET_IN),
        ({"role": "executor", "rpps": "10104335319"}, LET_IN),
        ({"role": "patient"}, INVALID),
        ({"role": "patient", "ins": "279035121518988"}, INVALID),
        ({"role": "patient", "ins": "279035121518989", "ins_oid": "1.2.3"}, INVALID),
        ({"role": "patient", "ins": "279035121518989", "ins_oid": 8}, INVALID),
        ({"role": "patient", "ins": "279035121518989"}, LET_IN),
        (
            {"role": "patient", "ins": "279035121518989", "ins_oid": "1.2.250.1.213.1.4.8"},
            LET_IN,
        ),
        ({"role": "operator", "software": {"name": "x" * 5000}}, LET_IN),
    ],
)
def test_a_token_says_what_its_role_needs(national, claims, refusal):  # TLS-35
    said = {name: value for name, value in CLAIMS.items() if name not in PHARMACIST.claims}

    assert bearing(national, sign({**said, **claims})) == refusal


@pytest.mark.parametrize("claims", [[], "text", 3, None])
def test_a_token_whose_claims_are_no_object_is_refused(national, claims):
    assert bearing(national, forged({"alg": "ES256", "kid": "ec"}, claims, b"\0" * 64)) == INVALID


def test_a_token_is_needed_for_every_operation(service):  # TLS-35
    number = a_number()
    requests = [
        ("POST", "/fhir/Task/$issue"),
        ("GET", f"/fhir/Task/{number}"),
        ("GET", f"/fhir/Task/{number}/$consult"),
        ("POST", f"/fhir/Task/{number}/$execute"),
        ("POST", f"/fhir/Task/{number}/$undo"),
        ("POST", f"/fhir/Task/{number}/$cancel"),
    ]

    for method, path in requests:
        assert code_of(service.send(method, path)) == "TOKEN_MISSING"


def test_people_made_up_are_for_trials_only(national):  # TLS-35
    number = a_number()
    doctor = sign({**CLAIMS, **DOCTOR.claims})
    oid = "1.2.250.1.213.1.4.10"
    patient = sign({**CLAIMS, "role": "patient", "ins": "279035121518989", "ins_oid": oid})
    held = national.count_rows()

    issued = national.send(
        "POST", "/fhir/Task/$issue", token=doctor, body=ordonnance(number), key="k"
    )
    read = bearing(national, patient)
    sought = national.send(
        "POST",
        "/fhir/Task/_search",
        token=doctor,
        body=f"patient=urn:oid:{oid}|279035121518989".encode(),
        Content_Type="application/x-www-form-urlencoded",
    )

    if national.settings.production:
        assert (issued.status_code, code_of(issued)) == (422, "INS_INVALID")
        assert (sought.status_code, code_of(sought)) == (422, "INS_INVALID")
        assert read == INVALID
        assert national.count_rows() == held
    else:
        assert issued.status_code == 201
        assert sought.status_code == 200
        assert read == LET_IN


def test_real_people_are_prescribed_to_in_production(national):  # TLS-35
    number = a_number()
    doctor = sign({**CLAIMS, **DOCTOR.claims})
    body = ordonnance(number).replace(b"1.2.250.1.213.1.4.10", b"1.2.250.1.213.1.4.8")

    issued = national.send("POST", "/fhir/Task/$issue", token=doctor, body=body, key="k")
    done = national.send(
        "POST",
        f"/fhir/Task/{number}/$execute",
        token=sign(CLAIMS),
        body=delivery(number),
        key="k",
    )

    assert (issued.status_code, done.status_code) == (201, 201)


def test_nobody_made_up_takes_the_place_of_a_patient_in_production(national):  # TLS-35, TLS-58
    number = a_number()
    doctor = sign({**CLAIMS, **DOCTOR.claims})
    body = ordonnance(number).replace(b"1.2.250.1.213.1.4.10", b"1.2.250.1.213.1.4.8")
    national.send("POST", "/fhir/Task/$issue", token=doctor, body=body, key="k")

    changed = national.send(
        "POST",
        f"/fhir/Task/{number}/$identify",
        token=doctor,
        body=identifying(MARC.ins),
        key="k",
    )

    assert code_of(changed) == ("INS_INVALID" if national.settings.production else "done")


def test_the_sdk_without_a_token_is_not_let_in(service):
    with Teleservice("http://localhost", None, transport=service) as nobody:
        reply = nobody.read(a_number(), reason="Curiosité")

    assert (reply.status, reply.refusal) == (401, "TOKEN_MISSING")


def a_gate(**options):
    keys = KeySet([ECKey.import_key(EC_KEY.as_dict(private=False))])
    return Gate(keys, issuer=ISSUER, audience="ordonnance", accepts_tests=True, **options)


def test_a_session_ends_with_its_token():  # TLS-35
    gate, bearer = a_gate(), f"Bearer {sign(CLAIMS)}"
    known = [gate.recognise(bearer, later(minutes=n)) for n in (0, 1, 59)]

    assert known == known[:1] * 3
    for too_late in (later(minutes=61), later(days=1)):
        with pytest.raises(Refusal, match="TOKEN_EXPIRED"):
            gate.recognise(bearer, too_late)


def test_a_session_never_opens_before_its_token_is_valid():  # TLS-35
    gate, bearer = a_gate(), f"Bearer {sign(CLAIMS)}"
    gate.recognise(bearer, NOW)

    with pytest.raises(Refusal, match="TOKEN_INVALID"):
        gate.recognise(bearer, later(hours=-1))


def test_a_session_opens_to_the_very_token_that_was_verified():  # TLS-35
    gate, token = a_gate(), sign(CLAIMS)
    gate.recognise(f"Bearer {token}", NOW)
    claims, signature = token.rpartition(".")[::2]
    other = sign({**CLAIMS, "role": "prescriber"}).rpartition(".")[0]

    for forgery in (f"{other}.{signature}", f"{claims}.{signature[::-1]}", f"{claims}."):
        with pytest.raises(Refusal, match="TOKEN_INVALID"):
            gate.recognise(f"Bearer {forgery}", NOW)


def test_a_session_lasts_no_longer_than_minutes_nor_more_than_can_be_held():  # TLS-35
    gate, bearer = a_gate(sessions_max=3), f"Bearer {sign(CLAIMS)}"
    first = gate.recognise(bearer, NOW)

    assert gate.recognise(bearer, NOW) is first
    assert gate.recognise(bearer, later(seconds=SESSION_SECONDS)) is not first
    others = [f"Bearer {sign({**CLAIMS, 'jti': str(n)})}" for n in range(3)]
    second = gate.recognise(bearer, NOW)
    for other in others:
        gate.recognise(other, NOW)
    assert gate.recognise(bearer, NOW) is not second
