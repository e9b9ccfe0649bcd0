"""From refusals and failures to HTTP. The only place of the téléservice that catches everything."""

from collections.abc import Callable

from falcon import HTTPError, status_codes
from falcon.asgi import Request, Response

from ordonnance.domain.reason import Nature
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir import outcome
from ordonnance.log import report_failure

FHIR_JSON = "application/fhir+json; charset=utf-8"
# A crowd goes by in a moment; what waits for its ordonnance takes longer to come.
RETRY_AFTER_SECONDS = {Nature.BUSY: "2", Nature.TOO_MANY: "600"}

STATUS = {
    Nature.MALFORMED: status_codes.HTTP_400,
    Nature.UNAUTHENTICATED: status_codes.HTTP_401,
    Nature.FORBIDDEN: status_codes.HTTP_403,
    Nature.UNKNOWN: status_codes.HTTP_404,
    Nature.NOT_ACCEPTABLE: status_codes.HTTP_406,
    Nature.CONFLICT: status_codes.HTTP_409,
    Nature.TOO_LARGE: status_codes.HTTP_413,
    Nature.MEDIA_TYPE: status_codes.HTTP_415,
    Nature.RULE: status_codes.HTTP_422,
    Nature.TOO_MANY: status_codes.HTTP_429,
    Nature.BUSY: status_codes.HTTP_503,
}


# Addresses that speak plain JSON, and what is said there otherwise than to a professional.
PLAIN_PATHS = ("/preseries",)
PLAIN_SENTENCES = {
    Reasons.BODY_TOO_LARGE.code: "L’envoi dépasse la limite : {problem}. Envoyez-le en plusieurs.",
    Reasons.MEDIA_TYPE_UNSUPPORTED.code: "Envoyez du JSON (Content-Type: application/json) ou des "
    "lignes de JSON (application/x-ndjson).",
    Reasons.NOT_ACCEPTABLE.code: "La réponse est en JSON (Accept: application/json).",
    Reasons.BUSY.code: "Le service est momentanément saturé ou indisponible. Renvoyez avec la même "
    "clé : rien ne sera enregistré deux fois.",
}


def is_plain(req: Request) -> bool:
    """Whether who asks expects plain JSON rather than FHIR. Source: PRE-44."""
    return req.path.startswith(PLAIN_PATHS)


def write_plain(resp: Response, code: str, sentence: str, where: str | None = None) -> None:
    """Say no in plain JSON: a code, a sentence that says what to do, the place if there is one.

    Source: PRE-44.
    """
    place = {} if where is None else {"where": where}
    resp.media = {"code": code, "sentence": sentence, **place}
    resp.set_header("Cache-Control", "no-store")


def answer_plain(resp: Response, refusal: Refusal) -> None:
    """Answer with a refusal in plain JSON."""
    other = PLAIN_SENTENCES.get(refusal.reason.code)
    sentence = refusal.sentence if other is None else refusal.say(other)
    write_plain(resp, refusal.reason.code, sentence, refusal.where)


def answer_refusal(resp: Response, refusal: Refusal) -> None:
    """Answer with the refusal's OperationOutcome."""
    resp.data = outcome.write(refusal)
    resp.content_type = FHIR_JSON
    resp.set_header("Cache-Control", "no-store")


def head_refusal(resp: Response, nature: Nature) -> None:
    """The status of a refusal, and the headers that go with it."""
    resp.status = STATUS[nature]
    if nature is Nature.UNAUTHENTICATED:
        resp.set_header("WWW-Authenticate", "Bearer")
    if nature in RETRY_AFTER_SECONDS:
        resp.set_header("Retry-After", RETRY_AFTER_SECONDS[nature])


class Errors:
    """Error handlers; *name_failure* draws the reference by which the support finds a failure."""

    def __init__(self, name_failure: Callable[[], str]) -> None:
        self._name_failure = name_failure

    async def on_refusal(
        self, req: Request, resp: Response, refusal: Refusal, _params: object
    ) -> None:
        """A refusal is an answer."""
        head_refusal(resp, refusal.reason.nature)
        if is_plain(req):
            answer_plain(resp, refusal)
        else:
            answer_refusal(resp, refusal)

    async def on_http_error(
        self, req: Request, resp: Response, error: HTTPError, _params: object
    ) -> None:
        """Falcon's own errors: an address or a method that does not exist."""
        resp.status = error.status
        resp.set_headers(error.headers or {})
        if is_plain(req):
            sentence = f"Il n’y a rien à cette adresse : {req.method} {req.path}. Vérifiez-la."
            write_plain(resp, "NOT_FOUND", sentence)
            return
        resp.data = outcome.write_unknown(f"{req.method} {req.path}")
        resp.content_type = FHIR_JSON
        resp.set_header("Cache-Control", "no-store")

    async def on_failure(
        self, req: Request, resp: Response, error: Exception, _params: object
    ) -> None:
        """A bug or an outage: a reference for the support, the detail in the log alone.

        The route is logged, not the address: it may hold a number. The exception's own words
        stay out too, since nobody can promise what a driver repeats in them.
        """
        correlation = self._name_failure()
        report_failure(correlation, req.uri_template or "?", error)
        resp.status = status_codes.HTTP_500
        if is_plain(req):
            sentence = (
                "Le service a rencontré une erreur. Renvoyez avec la même clé ; si cela se répète, "
                f"donnez au support la référence {correlation}."
            )
            write_plain(resp, "FAILURE", sentence)
            return
        resp.data = outcome.write_failure(correlation)
        resp.content_type = FHIR_JSON
        resp.set_header("Cache-Control", "no-store")
