"""Medicines made up for tests, their lines, and a counter where days go by."""

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from builders import (
    PHARMACY,
    a_line,
    a_number,
    a_prescription,
    an_act,
    execute,
    issue,
    undo,
)
from ordonnance.domain.admission import LATENESS_MAX
from ordonnance.domain.decision import decide
from ordonnance.domain.delivery import read_regime
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Override
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.known import Known
from ordonnance.domain.line import Intake, Particulars
from ordonnance.domain.prescription import valid_until_by_default
from ordonnance.domain.product import Product, Referential
from ordonnance.domain.refusal import Refusal

PARIS = ZoneInfo("Europe/Paris")
BECAUSE = "Patient en voyage, prescripteur joint"
ONE_A_DAY = Intake(1, 1, "comprimé")
AS_NEEDED = Intake(1, 1, "comprimé", is_most=True)
IN_WORDS = "prescription en toutes lettres sur ordonnance sécurisée"
NO_OVERLAP = "chevauchement interdit sauf mention expresse du prescripteur portée sur l'ordonnance"
_serial = count(1)


def a_medicine(*conditions, holds=30, substance="ESSAIDONE", **more):
    """A medicine of the BDPM's *conditions*; *holds* tablets a pack, None: nobody knows."""
    serial = next(_serial)
    values = {
        "cis": CIS(f"6{serial:07}"),
        "cip13": CIP13(f"34009{serial:08}"),
        "name": f"ESSAI {serial}",
        "form": "comprimé",
        "substances": (substance,),
        "generic_group": None,
        "generic_role": None,
        "packaging": "" if holds is None else f"plaquette(s) PVC de {holds} comprimé(s)",
        "regime": read_regime(conditions),
    }
    return Product(**{**values, **more})


LIST_I = a_medicine("liste I")
LIST_II = a_medicine("liste II")
UNLISTED = a_medicine()
NARCOTIC = a_medicine("stupéfiants", "prescription limitée à 28 jours", holds=28)
FRACTIONED = a_medicine(
    *("stupéfiants", "prescription limitée à 28 jours", "délivrance fractionnée de 14 jours"),
    holds=14,
)
UNKNOWN = a_medicine("liste I")  # nobody's referential holds it


def knowing(*products, others=()):
    """What a decision knows: these products, and the patient's other dossiers."""
    return Known(referential=Referential.of(products, version="test"), others=others)


def at(said):
    """An instant in Paris: ``2026-02-01``, at ten in the morning, or ``2026-02-01 23:30``."""
    moment = datetime.fromisoformat(said)
    if len(said) == len("2026-02-01"):
        moment = moment.replace(hour=10)
    return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)


def day(said):
    return date.fromisoformat(said)


def a_line_of(product, written="2026-02-01", *, boxes=1, **more):
    """A line of *product*: one tablet a day, unless it says otherwise."""
    values = {
        "product": product.cip13.value,
        "intake": ONE_A_DAY,
        "valid_until": valid_until_by_default(at(written)),
    }
    for name in ("days", "fill_days"):
        if more.get(name) is not None:
            more[name] = Decimal(str(more[name]))
    particular = {
        name: more.pop(name)
        for name in ("exclusion", "mentions", "pharmacy", "surgery")
        if name in more
    }
    if particular:
        values["particulars"] = Particulars(**particular)
    quantity = None if boxes is None else Decimal(str(boxes))
    return a_line(boxes=None, **{**values, "quantity": quantity, **more})


class Counter:
    """One prescription, issued, then delivered as days go by."""

    def __init__(self, *lines, written="2026-02-01", products=(), others=()):
        known = products or (LIST_I, LIST_II, UNLISTED, NARCOTIC, FRACTIONED)
        self.known = knowing(*known, others=others)
        self.number = a_number(at=at(written))
        prescription = a_prescription(self.number, *lines, authored_at=at(written))
        self.decision = decide(
            Dossier(number=self.number), issue(prescription), at(written), self.known
        )
        self.dossier = self.decision.answer.dossier
        self.sentence = ""

    @property
    def warnings(self):
        """The codes of the warnings of the last thing recorded, but for made-up AM numbers."""
        codes = [caveat.code.value for caveat in self.decision.fact.caveats]
        return [code for code in codes if code != "AM_KEY_DOUBTFUL"]

    @property
    def alerts(self):
        """The alerts of the last thing recorded, and what they are about."""
        return [(alert.code.value, alert.about) for alert in self.decision.fact.alerts]

    def an_act(self, on, boxes=1, *, line=1, override=(), days=None, **more):
        """An act on a day, or at an instant: *boxes* packs that cover so many *days*."""
        codes = (override,) if isinstance(override, str) else override
        values = {
            "handed_over_at": at(on),
            "days": None if days is None else Decimal(str(days)),
            "overrides": tuple(Override(code, BECAUSE) for code in codes),
            "quantity": None if boxes is None else Decimal(str(boxes)),
        }
        return an_act(self.number, line, None, **{**values, **more})

    def record(self, *acts, now=None, actor=PHARMACY):
        """The code of the refusal that *acts* meet; empty: they are recorded."""
        request = execute(self.number, *acts, key=f"{next(_serial)}", actor=actor)
        try:
            received_at = now or max(act.handed_over_at for act in acts)
            self.decision = decide(self.dossier, request, received_at, self.known)
        except Refusal as refusal:
            self.sentence = refusal.sentence
            return refusal.reason.code
        self.dossier = self.decision.answer.dossier
        return ""

    def deliver(self, on, boxes=1, *, actor=PHARMACY, **more):
        """Deliver on a day; what ``record`` says."""
        return self.record(self.an_act(on, boxes, **more), actor=actor)

    def defer(self, on, boxes=1, *, until, **more):
        """Deliver on a day, and record it late; what ``record`` says."""
        assert at(until) - at(on) > LATENESS_MAX
        return self.record(self.an_act(on, boxes, deferred="Panne", **more), now=at(until))

    def take_back(self, rank, on):
        """Take back the execution of so many facts since the issue."""
        request = undo(self.number, f"{self.number}-E{rank}", key=f"{next(_serial)}")
        self.dossier = decide(self.dossier, request, at(on), self.known).answer.dossier
