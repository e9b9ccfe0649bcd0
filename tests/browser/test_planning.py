"""The vendor moves a planning in a browser: several rows at once, the first week in sight."""

import pytest

from api.preseries import CNAM, GIE, VENDOR
from browsing import TELEPHONE, plain
from preserie_stories import AMS, CHECK, LAUNCHED, PLANNED, STARTED, plan, say
from stories_told import open_story, tell_more


@pytest.fixture
def told(site):
    """Tells a story to the site; gives the address of its présérie."""
    return lambda *story: open_story(site, *story)


def give(page, **dates):
    """Type days: ``planned_0="2026-01-19"`` is the first pharmacy's."""
    for name, on in dates.items():
        field, _, rank = name.rpartition("_")
        page.locator(f"[name='{field}-{AMS[int(rank)]}']").fill(on)


def save(page):
    page.get_by_role("button", name="Enregistrer le planning").click()


def cell(page, rank, column):
    row = page.locator("table.planning tbody tr").nth(rank)
    return row.locator("td").nth(column - 1)


@pytest.mark.parametrize("scripts", [True, False])
def test_several_rows_are_planned_at_once(visit, told, scripts):  # PRE-78
    address = told(*LAUNCHED)
    vendor = visit(VENDOR, java_script_enabled=scripts)
    page = vendor.open(f"{address}/planning")
    give(page, planned_0="2026-01-19", planned_1="2026-01-20", planned_3="2026-01-26")
    give(page, trained_0="2026-01-16")
    save(page)

    assert "3 installations planifiées, formation" in plain(page.get_by_role("status").inner_text())
    assert "Première semaine : 2 installations, 3 au plus" in plain(
        page.locator("#semaine").inner_text()
    )
    assert page.locator(".week .is-used").count() == 2
    if scripts:
        vendor.check("planning-begun")


def test_a_planning_that_runs(visit, told):  # PRE-78
    gone = say("withdraw", am=AMS[4], reason="Travaux dans l’officine")
    upgrade = say("upgrade", am=AMS[0], version="5.1", on="2026-02-02")
    address = told(*STARTED, CHECK, gone, upgrade)
    vendor = visit(VENDOR)
    page = vendor.open(f"{address}/planning")
    vendor.check("planning")

    assert "5.1 : 1 pharmacie (Pharmacie 0)" in plain(page.inner_text("main"))
    assert "Travaux dans l’officine" in plain(page.inner_text("main"))
    assert page.locator("table.planning tbody tr").count() == 4
    assert page.locator("table.planning input[type=date]").count() == 3


def test_a_planning_on_a_telephone(visit, told):  # PRE-78
    vendor = visit(VENDOR, viewport=TELEPHONE)
    vendor.open(f"{told(*STARTED)}/planning")

    vendor.check("planning-telephone")


def test_the_refusal_names_the_row_and_nothing_is_recorded(visit, told):  # PRE-15, PRE-78
    address = told(*LAUNCHED)
    vendor = visit(VENDOR)
    page = vendor.open(f"{address}/planning")
    days = {f"planned_{rank}": f"2026-01-{19 + rank}" for rank in range(4)}
    give(page, **days)
    save(page)

    alert = plain(page.get_by_role("alert").inner_text())
    assert "Pharmacie 3 (382000012)" in alert
    assert "3 installations au plus en première semaine" in alert
    assert page.locator(f"[name='planned-{AMS[0]}']").input_value() == "2026-01-19"
    vendor.check("planning-refused")
    vendor.open(f"{address}/planning")
    assert page.locator(f"[name='planned-{AMS[0]}']").input_value() == ""


def test_what_somebody_else_moved_meanwhile_is_not_undone(visit, told, site):  # PRE-72, PRE-78
    address = told(*LAUNCHED)
    page = visit(VENDOR).open(f"{address}/planning")
    tell_more(site, address, plan(0))
    give(page, planned_1="2026-01-20")
    save(page)

    alert = plain(page.get_by_role("alert").inner_text())
    assert alert.startswith("■ Rien n’a été enregistré\n\nLa présérie a changé depuis")
    page.get_by_role("link", name="Relire la page").click()
    assert page.locator(f"[name='planned-{AMS[0]}']").input_value() == "2026-01-19"


def test_a_planning_sent_twice_is_told_once(visit, told):  # PRE-72, PRE-78
    address = told(*LAUNCHED)
    page = visit(VENDOR).open(f"{address}/planning")
    seen = page.locator("[name=seen]").first.input_value()
    form = {"key": "k1", "seen": seen, f"planned-{AMS[0]}": "2026-01-19"}

    answers = [page.request.post(f"{address}/planning", form=form) for _ in range(2)]

    assert [one.status for one in answers] == [200, 200]
    page.reload()
    assert page.locator("[name=seen]").first.input_value() == str(int(seen) + 1)


def test_a_date_is_moved_and_never_wiped(visit, told):  # PRE-78
    address = told(*LAUNCHED, plan(0), plan(1))
    page = visit(VENDOR).open(f"{address}/planning")
    give(page, planned_0="")
    save(page)
    alert = plain(page.get_by_role("alert").inner_text())
    give(page, planned_0="2026-01-27")
    save(page)

    assert "elle ne s’efface pas" in alert
    assert "installation planifiée" in plain(page.get_by_role("status").inner_text())


def test_installing_asks_for_what_the_rules_ask(visit, told):  # PRE-20, PRE-78
    address = told(*PLANNED)
    page = visit(VENDOR).open(f"{address}/planning")
    give(page, installed_0="2026-01-19")
    save(page)
    alert = plain(page.get_by_role("alert").inner_text())
    page.get_by_label("Traces postes actives, Pharmacie 0").check()
    save(page)

    assert "Pharmacie 0" in alert
    assert "traces postes ne sont pas activées" in alert
    assert "installation" in plain(page.get_by_role("status").inner_text())
    assert "19 janv. 2026" in plain(cell(page, 0, 4).inner_text())


def test_several_pharmacies_change_version_at_once(visit, told):  # PRE-78
    address = told(*STARTED)
    page = visit(VENDOR).open(f"{address}/planning")
    page.get_by_text("Des pharmacies changent de version").click()
    page.get_by_label("Pharmacie 0, en 5.0").check()
    page.get_by_label("Pharmacie 2, en 5.0").check()
    page.get_by_label("Nouvelle version").fill("5.1")
    page.get_by_label("Passées à cette version le").fill("2026-02-02")
    page.get_by_role("button", name="Enregistrer la version").click()

    assert "2 mises à jour" in plain(page.get_by_role("status").inner_text())
    assert "5.1 : 2 pharmacies (Pharmacie 0, Pharmacie 2)" in plain(page.inner_text("main"))


@pytest.mark.parametrize("claims", [CNAM, GIE])
def test_the_others_read_it_and_change_nothing(visit, told, claims):  # PRE-78
    someone = visit(claims)
    page = someone.open(f"{told(*STARTED)}/planning")

    assert page.locator("main input").count() == 0
    assert page.get_by_role("button", name="Enregistrer").count() == 0
    assert "19 janv. 2026" in plain(cell(page, 0, 2).inner_text())
