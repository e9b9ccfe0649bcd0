"""The pages of the GIE and of a CPAM in a browser: traces, a call, the check sheet, pharmacies."""

from collections.abc import Iterator
import json

import httpx2
import pytest

from api.papers import delivery, ordonnance
from api.preseries import CNAM, GIE, VENDOR, a_caisse, a_pilot, claims_of
from browsing import TELEPHONE, plain
from builders import a_number
from lots import BOUNDARY, a_lot, a_piece, an_invoice, write_parts
from ordonnance.simulation.population import DOCTOR
from preserie_stories import AMS, INSTALLED, anomaly, plan, say
from traces import a_trace, write_lines

KEY = "cle-de-la-vente-1"
AM = AMS[0]
SUPPORT = say("supply", item="support", contact="05 56 00 00 00, de 8 h à 20 h")
MANUAL = say("supply", item="kit_manual", document={"name": "manuel.pdf", "sha256": "a" * 64})
STORY = [one for one in INSTALLED if one["do"] != "check_scor_stop"][:-2]
MOVED = [plan(3, "2026-11-30"), plan(3, "2026-12-02"), SUPPORT, MANUAL]


class Field:
    """What happens at pharmacies, told to the program over its socket."""

    def __init__(self, site) -> None:
        self.site = site
        self.http = httpx2.Client(base_url=site.address)
        self.ranks = iter(range(10_000))

    def post(self, path, body, claims, *, media="application/json", key=None):
        headers = {"Authorization": f"Bearer {self.site.token(claims)}", "Content-Type": media}
        headers |= {"Accept": "application/fhir+json" if "fhir" in media else "application/json"}
        headers["Idempotency-Key"] = key or f"key {next(self.ranks)}"
        answer = self.http.post(path, content=body, headers=headers)
        assert answer.status_code < 300, (path, answer.text)
        return answer

    def open(self, *story):
        opened = self.post("/preseries", json.dumps([story[0]]).encode(), VENDOR)
        self.preserie = opened.json()["id"]
        for event in story[1:]:
            self.tell(event)
        return self.preserie

    def tell(self, event):
        path = f"/preseries/{self.preserie}/events"
        return self.post(path, json.dumps(event).encode(), claims_of(event))

    def execute(self, am=AM, key=KEY):
        number, fhir = a_number(), "application/fhir+json"
        self.post("/fhir/Task/$issue", ordonnance(number), DOCTOR.claims, media=fhir)
        path = f"/fhir/Task/{number}/$execute"
        self.post(path, delivery(number), a_pilot(am), media=fhir, key=key)
        return number

    def bill(self, *pieces, am=AM, number=None, lot="lot-1", closed_at=None):
        named = {} if number is None else {"execution": f"{number}-E1"}
        closed_at = closed_at or self.site.clock().isoformat()
        told = a_lot(an_invoice(*pieces, **named), am=am, lot=lot, closed_at=closed_at)
        media = f"multipart/form-data; boundary={BOUNDARY}"
        self.post("/scor/lots", write_parts(told), a_pilot(am), media=media)

    def trace(self, *traces, am=AM, wrong=b""):
        body = write_lines(*({**one, "n_am": am, "editeur": "Alba"} for one in traces)) + wrong
        self.post("/traces", body, a_pilot(am), media="application/x-ndjson")


@pytest.fixture
def field(site) -> Iterator[Field]:
    one = Field(site)
    yield one
    one.http.close()


@pytest.fixture
def told(field):
    """A présérie whose pharmacies send, one piece right, one stopped wrongly, one call lost."""
    field.open(*STORY, *MOVED)
    number = field.execute()
    lost = {"resultat": "TIMEOUT", "http_status": None, "duree_ms": 30000}
    field.trace(
        a_trace("trace-1", command=KEY, **lost),
        a_trace("trace-2", command=KEY, tentative=2, horodatage_utc="2026-11-23T09:00:00.000Z"),
        a_trace("trace-3", command="perdue", **lost),
        a_trace("trace-4", command="jamais", horodatage_utc="2026-11-23T08:10:00.000Z"),
        wrong=b"{\n[]\n",
    )
    field.bill(a_piece("STOPPED"), number=number)
    field.bill(a_piece("STOPPED"), lot="lot-2", closed_at="2026-11-20T18:00:00Z")
    return field


def test_traces_tell_each_workstation_silent_pharmacies_first(visit, told):  # PST-14
    told.site.clock.advance(days=3)
    told.trace(a_trace("trace-9"), am=AMS[1])
    gie = visit(GIE)

    page = gie.open("/portail/traces")

    sites = page.locator("tbody.site")
    assert "Pharmacie 2" in plain(sites.first.inner_text())
    assert "silencieuse" in plain(sites.first.inner_text())
    sent = plain(page.locator("tbody", has_text="poste-7f").filter(has_text=AM).inner_text())
    assert "il y a 3 j" in sent
    assert "ligne illisible (NOT_JSON)" in sent
    gie.check("traces-gie")
    telephone = visit(GIE, viewport=TELEPHONE)
    telephone.open("/portail/traces")
    telephone.check("traces-telephone")


def test_a_call_is_told_on_one_line_of_time(visit, told):  # PST-15
    gie = visit(GIE, java_script_enabled=False)
    page = gie.open("/portail/traces")
    page.get_by_label("Trace ou clé de commande").fill(KEY)
    page.get_by_role("button", name="Chercher").click()

    moments = page.locator(".moments li")
    assert page.url.endswith(f"/portail/traces/{KEY}")
    said = [plain(moments.nth(place).inner_text()) for place in range(moments.count())]
    names = ("Essai 1", "Essai 2", "E1", "P1")
    told_of = [next(name for name in names if name in text) for text in said]
    assert told_of == ["Essai 1", "Essai 2", "E1", "P1", "P1"]
    assert "à raison" in said[-1]


def test_the_line_of_time_holds_for_everybody(visit, told):  # PST-15
    gie = visit(GIE)
    for word, name in ((KEY, "trouve"), ("jamais", "jamais")):
        gie.open(f"/portail/traces/{word}")
        gie.check(f"appel-{name}")
    assert "jamais enregistrée" in plain(gie.page.inner_text("main"))
    telephone = visit(GIE, viewport=TELEPHONE)
    telephone.open(f"/portail/traces/{KEY}")
    telephone.check("appel-telephone")


def test_nothing_found_says_what_to_check(visit, told):  # PST-15
    gie = visit(GIE)

    page = gie.page
    answer = page.goto("/portail/traces/inconnue")

    assert answer is not None
    assert answer.status == 404
    assert "Rien trouvé" in plain(page.inner_text("h1"))
    gie.check("appel-inconnu")
    gie.complaints.clear()  # the browser says that the address is of nothing


def test_the_calls_behind_a_figure_are_one_step_away(visit, told):  # PRE-84
    gie = visit(GIE)
    page = gie.open(f"/portail/preseries/{told.preserie}")
    page.locator("a[href*='appels?operation=execute']").first.click()

    assert page.locator("tbody tr").count() == 3
    gie.check("appels-gie")
    page.get_by_label("Issue").select_option("never_recorded")
    page.get_by_role("button", name="Filtrer").click()
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("link", name="trace-4").click()
    assert page.url.endswith("/portail/traces/trace-4")
    telephone = visit(GIE, viewport=TELEPHONE)
    telephone.open(f"/portail/preseries/{told.preserie}/appels")
    telephone.check("appels-telephone")


def test_the_gie_says_conform_or_not_on_the_sheet(visit, told):  # SCOR-16, SCOR-17
    gie = visit(GIE)
    address = f"/portail/preseries/{told.preserie}/scor"
    page = gie.open(address)
    assert "Arrêt SCOR actif depuis le" in plain(page.inner_text("main"))
    assert page.locator("section[aria-labelledby=pieces] tbody tr").count() == 2
    assert "arrêtée à tort" in plain(
        page.locator("section[aria-labelledby=pieces] tbody tr").first.inner_text()
    )
    gie.check("scor-gie")

    page.get_by_label("Non").check()
    page.get_by_role("button", name="Enregistrer la vérification").click()
    assert "dites ce qui n’est pas conforme" in plain(page.get_by_role("alert").inner_text())
    gie.check("scor-faux")
    page.get_by_label("Constat").fill("Une pièce arrêtée sans preuve.")
    page.get_by_role("button", name="Enregistrer la vérification").click()

    assert "Enregistré" in plain(page.get_by_role("status").inner_text())
    assert "Une pièce arrêtée sans preuve." in plain(
        page.inner_text("section[aria-labelledby=verifications]")
    )
    telephone = visit(a_caisse("33"), viewport=TELEPHONE)
    telephone.open(address)
    telephone.check("scor-caisse-telephone")


def test_a_caisse_has_its_pharmacies_and_what_to_do_about_them(visit, told):  # PRE-85, SCOR-18
    told.tell(anomaly("A1", by=f"pilot:{AM}", am=AM))
    caisse = visit(a_caisse("33"))
    page = caisse.open("/portail")
    page.get_by_role("link", name="Mes pharmacies").click()

    assert page.locator(".card").count() == 3
    card = plain(page.locator(".card").first.inner_text())
    assert "Alba · Alba 5.0" in card
    assert "05 56 00 00 00" in card
    assert "manuel.pdf" in card
    assert "lot-2" in plain(page.locator("section[aria-labelledby=a-reclamer]").inner_text())
    assert "A1" in plain(page.locator("section[aria-labelledby=anomalies]").inner_text())
    caisse.check("caisse-33")
    other = visit(a_caisse("38"), viewport=TELEPHONE)
    other.open("/portail/caisse")
    assert "lun. 30 nov. 2026" in plain(other.page.inner_text("section[aria-labelledby=planning]"))
    other.check("caisse-38-telephone")
    empty = visit(a_caisse("94"))
    empty.open("/portail/caisse")
    empty.check("caisse-vide")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_caisse_reports_a_difficulty_of_a_pharmacy(visit, told, scripts):  # PRE-85
    told.tell(anomaly("A1", by=f"pilot:{AM}", am=AM))
    caisse = visit(a_caisse("33"), java_script_enabled=scripts)
    page = caisse.open("/portail/caisse")
    page.locator(".card").first.get_by_role("link", name="Signaler une difficulté").click()
    assert page.locator("[name=anomaly]").input_value() == "A2"
    if scripts:
        caisse.check("caisse-difficulte")

    page.locator("[name=operation]").select_option("execute")
    page.get_by_label("Ce qui se passe").fill("L’écran se fige à la seconde boîte.")
    page.locator("[name=blocking][value=oui]").check()
    page.locator("[name=intrinsic][value=oui]").check()
    page.get_by_role("button", name="Signaler").click()

    assert "difficulté signalée" in plain(page.get_by_role("status").inner_text())
    said = plain(page.locator("section[aria-labelledby=anomalies]").inner_text())
    assert "A2" in said
    assert "Pharmacie 0" in said


def test_the_cnam_sees_what_the_gie_sees(visit, told):  # PST-14, SCOR-16
    cnam = visit(CNAM)
    cnam.open("/portail/traces")
    cnam.open(f"/portail/preseries/{told.preserie}/scor")
    assert cnam.page.get_by_role("button", name="Enregistrer la vérification").count() == 1
