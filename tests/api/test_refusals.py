"""Each code that acts and readings meet, reached over HTTP; and nothing is written."""

import json

import pytest

from api.papers import AMOXICILLIN, cancelling, delivery, ordonnance, regret, spoil
from api.services import ANOTHER_PATIENT, sentence_of, told
from builders import a_number, later
from ordonnance.simulation.papers import Ordered
from ordonnance.simulation.population import DOCTOR, MARC, NURSE, OTHER_PHARMACIST, PHARMACIST

OTHER_DOCTOR = {"role": "prescriber", "profession": "G15_10", "rpps": "10104335319"}
ONLY = "Bundle.entry[0].resource"

# What is done with a prescription of two boxes, and what it is refused for. Each entry: the
# operation, its body from the number, who asks, then status, codes, place and words.
ACTS = [
    (
        "execute",
        lambda n: spoil(delivery(n), lambda it: it.pop("quantity")),
        PHARMACIST.claims,
        (400, ["ELEMENT_MISSING"], f"{ONLY}.quantity.value"),
        "Il manque un élément obligatoire",
    ),
    (
        "execute",
        lambda n: spoil(delivery(n), lambda it: it.update(status="stopped")),
        PHARMACIST.claims,
        (400, ["ELEMENT_INVALID"], f"{ONLY}.status"),
        "status (valeur inconnue 'stopped')",
    ),
    (
        "execute",
        delivery,
        DOCTOR.claims,
        (403, ["ROLE_NOT_ALLOWED"], None),
        "Elle revient à : professionnel qui exécute.",
    ),
    (
        "execute",
        delivery,
        NURSE.claims,
        (403, ["KIND_NOT_ALLOWED"], None),
        "Orientez le patient vers le professionnel concerné.",
    ),
    (
        "execute",
        lambda n: spoil(
            delivery(n),
            lambda it: it.update(
                subject={
                    "identifier": {
                        "system": "urn:oid:1.2.250.1.213.1.4.10",
                        "value": MARC.ins.value,
                    }
                }
            ),
        ),
        PHARMACIST.claims,
        (409, ["PATIENT_MISMATCH"], f"{ONLY}.subject"),
        "L’envoi désigne un autre patient que l’ordonnance.",
    ),
    (
        "execute",
        lambda n: delivery(n, line=2),
        PHARMACIST.claims,
        (422, ["LINE_UNKNOWN"], f"{ONLY}.authorizingPrescription[0]"),
        "L’envoi désigne une ligne que cette ordonnance ne porte pas.",
    ),
    (
        "execute",
        lambda n: delivery(n, boxes=0),
        PHARMACIST.claims,
        (422, ["QUANTITY_INVALID"], f"{ONLY}.quantity"),
        "La quantité n’est pas un nombre de boîtes",
    ),
    (
        "execute",
        lambda n: spoil(delivery(n), lambda it: it["quantity"].update(value=10**400)),
        PHARMACIST.claims,
        (422, ["QUANTITY_INVALID"], f"{ONLY}.quantity"),
        "La quantité n’est pas un nombre de boîtes",
    ),
    (
        "execute",
        lambda n: spoil(
            delivery(n, not_done="RUPTURE"), lambda it: it.pop("statusReasonCodeableConcept")
        ),
        PHARMACIST.claims,
        (422, ["REASON_MISSING"], f"{ONLY}.statusReasonCodeableConcept"),
        "Indiquez le motif : pourquoi la ligne n’est pas délivrée.",
    ),
    (
        "execute",
        lambda n: delivery(n, override=("RIGHTS_EXHAUSTED", "non")),
        PHARMACIST.claims,
        (422, ["REASON_MISSING"], f"{ONLY}.extension"),
        "au moins 10 caractères",
    ),
    (
        "execute",
        lambda n: delivery(n, at=later(minutes=-16)),
        PHARMACIST.claims,
        (422, ["DEFERRED_REASON_MISSING"], f"{ONLY}.extension"),
        "La remise date de plus de 15 minutes.",
    ),
    (
        "execute",
        lambda n: delivery(n, at=later(minutes=6)),
        PHARMACIST.claims,
        (422, ["DATE_IN_FUTURE"], f"{ONLY}.whenHandedOver"),
        "La date est dans le futur.",
    ),
    (
        "execute",
        lambda n: delivery(n, boxes=3),
        PHARMACIST.claims,
        (409, ["RIGHTS_EXHAUSTED", "OVERRIDABLE"], ONLY),
        "Ligne 1 : il reste 2 boîtes, vous en délivrez 3 boîtes. Rien n’a été enregistré.",
    ),
    (
        "undo",
        lambda n: regret(n, 7),
        PHARMACIST.claims,
        (404, ["EXECUTION_UNKNOWN"], "Parameters.parameter[name='execution']"),
        "Cette ordonnance ne porte pas d’exécution de ce numéro.",
    ),
    (
        "undo",
        lambda _: b'{"resourceType":"Parameters"}',
        PHARMACIST.claims,
        (400, ["ELEMENT_MISSING"], "Parameters.parameter[name='execution'].valueString"),
        "Il manque un élément obligatoire",
    ),
    (
        "cancel",
        lambda _: cancelling(""),
        DOCTOR.claims,
        (422, ["REASON_MISSING"], "Parameters.parameter[name='reason']"),
        "Indiquez le motif : pourquoi l’ordonnance est annulée.",
    ),
    (
        "cancel",
        lambda _: cancelling(),
        OTHER_DOCTOR,
        (403, ["NOT_THE_PRESCRIBER"], None),
        "Seul le prescripteur de cette ordonnance peut faire cela.",
    ),
]


@pytest.mark.parametrize(("operation", "body", "claims", "refusal", "words"), ACTS)
def test_an_act_refused_leaves_nothing(service, operation, body, claims, refusal, words):  # TLS-34
    number = a_number()
    service.issue(ordonnance(number))
    held = service.count_rows()

    refused = service.act(number, operation, body(number), claims=claims)

    assert told(refused) == refusal
    assert words in sentence_of(refused)
    assert service.count_rows() == held


# The same, once one box was delivered.
LATER_ACTS = [
    (
        "undo",
        regret,
        OTHER_PHARMACIST.claims,
        (403, ["NOT_THE_EXECUTOR"], None),
        "Seul le site qui a enregistré cette exécution peut la modifier.",
    ),
    (
        "undo",
        lambda n: regret(n, reason=" "),
        PHARMACIST.claims,
        (422, ["REASON_MISSING"], "Parameters.parameter[name='reason']"),
        "Indiquez le motif : pourquoi l’exécution est annulée.",
    ),
    (
        "cancel",
        lambda _: cancelling(whole=True),
        DOCTOR.claims,
        (409, ["EXECUTION_STARTED"], None),
        "Une partie de l’ordonnance est déjà exécutée",
    ),
    (
        "execute",
        lambda n: delivery(n, boxes=2),
        OTHER_PHARMACIST.claims,
        (409, ["RIGHTS_EXHAUSTED", "OVERRIDABLE"], ONLY),
        "Ligne 1 : il reste 1 boîte, vous en délivrez 2 boîtes.",
    ),
]


@pytest.mark.parametrize(("operation", "body", "claims", "refusal", "words"), LATER_ACTS)
def test_an_act_refused_once_begun_leaves_nothing(
    service, operation, body, claims, refusal, words
):  # TLS-34
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "execute", delivery(number), key="first")
    held = service.count_rows()

    refused = service.act(number, operation, body(number), claims=claims)

    assert told(refused) == refusal
    assert words in sentence_of(refused)
    assert service.count_rows() == held


def test_what_was_taken_back_is_not_taken_back_again(service):  # TLS-29
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "execute", delivery(number))
    service.act(number, "undo", regret(number), key="1")

    refused = service.act(number, "undo", regret(number), key="2")

    assert told(refused) == (409, ["ALREADY_UNDONE"], None)
    assert sentence_of(refused) == (
        "Cette exécution a déjà été annulée le lun. 23 nov. 2026. Il n’y a rien à faire."
    )


def test_what_was_cancelled_is_neither_executed_nor_cancelled_again(service):  # TLS-24, TLS-30
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "cancel", cancelling(), claims=DOCTOR.claims, key="1")
    held = service.count_rows()

    executed = service.act(number, "execute", delivery(number))
    cancelled = service.act(number, "cancel", cancelling(), claims=DOCTOR.claims, key="2")

    assert told(executed)[:2] == (409, ["CANCELLED"])
    assert told(cancelled)[:2] == (409, ["CANCELLED"])
    assert sentence_of(executed) == (
        "Cette ordonnance a été annulée par son prescripteur le lun. 23 nov. 2026. "
        "Rien n’a été enregistré. Appelez le prescripteur."
    )
    assert service.count_rows() == held


def test_what_expired_is_executed_by_decision_only(service):  # TLS-24, TLS-26
    number = a_number()
    service.issue(ordonnance(number, Ordered(product=AMOXICILLIN, posology="1", boxes=2)))
    service.clock.advance(days=366)
    override = ("EXPIRED", "Rendez-vous dans huit jours seulement")

    refused = service.act(number, "execute", delivery(number, at=service.clock.at))
    decided = service.act(
        number, "execute", delivery(number, at=service.clock.at, override=override)
    )

    assert told(refused)[:2] == (409, ["EXPIRED", "OVERRIDABLE"])
    assert sentence_of(refused).startswith("Cette ordonnance n’est plus valable depuis le ")
    assert decided.status_code == 201


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    ("number", "claims", "refusal"),
    [
        ("known", ANOTHER_PATIENT, (403, ["NOT_THE_PATIENT"], None)),
        ("known", OTHER_DOCTOR, (403, ["NOT_THE_PRESCRIBER"], None)),
        ("known", NURSE.claims, (403, ["KIND_NOT_ALLOWED"], None)),
        ("known", {"role": "cpam", "cpam": "33"}, (403, ["ROLE_NOT_ALLOWED"], None)),
        ("unknown", PHARMACIST.claims, (404, ["NUMBER_UNKNOWN"], None)),
        ("not a number", PHARMACIST.claims, (400, ["NUMBER_MALFORMED"], None)),
    ],
)
def test_a_reading_refused_leaves_not_even_a_journal_entry(
    service, whole, number, claims, refusal
):  # TLS-34
    known = a_number()
    service.issue(ordonnance(known))
    asked = {"known": known, "unknown": a_number()}.get(number, "012J-oops")
    held = service.count_rows()

    assert told(service.read(asked, whole=whole, claims=claims)) == refusal
    assert service.count_rows() == held


@pytest.mark.parametrize("operation", ["execute", "undo", "cancel"])
def test_an_act_on_an_unknown_number_is_refused(service, operation):
    number = a_number()
    bodies = {"execute": delivery, "undo": regret, "cancel": lambda _: cancelling()}
    claims = DOCTOR.claims if operation == "cancel" else PHARMACIST.claims

    refused = service.act(number, operation, bodies[operation](number), claims=claims)

    assert told(refused) == (404, ["NUMBER_UNKNOWN"], None)
    assert sentence_of(refused).startswith("Aucune ordonnance ne porte ce numéro.")


def test_40_deliveries_at_most_come_together(service):  # TLS-17
    number = a_number()
    service.issue(ordonnance(number))
    bundle = json.loads(delivery(number))
    bundle["entry"] *= 41

    refused = service.act(number, "execute", json.dumps(bundle).encode())

    assert told(refused) == (413, ["BODY_TOO_LARGE"], "Bundle.entry")
