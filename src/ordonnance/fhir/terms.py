"""Addresses of code systems and extensions: where FHIR, France and we have put the words."""

NUMBER = "urn:oid:1.2.250.1.215.500.1.1"
RPPS = "https://rpps.esante.gouv.fr"
NATIONAL_PROFESSIONAL = "urn:oid:1.2.250.1.71.4.2.1"
FINESS = "https://finess.esante.gouv.fr"
NATIONAL_STRUCTURE = "urn:oid:1.2.250.1.71.4.2.2"
CIP13 = (
    "http://data.esante.gouv.fr/ansm/medicament/Presentation",
    "https://data.esante.gouv.fr/ansm/medicament/Presentation",
    "urn:oid:1.2.250.1.213.2.3.2",
    "1.2.250.1.213.2.3.2",
)
CIS = (
    "http://data.esante.gouv.fr/ansm/medicament/SpecialitePharmaceutique",
    "https://data.esante.gouv.fr/ansm/medicament/SpecialitePharmaceutique",
    "urn:oid:1.2.250.1.213.2.3.1",
    "1.2.250.1.213.2.3.1",
)
UCD13 = (
    "http://data.esante.gouv.fr/ansm/medicament/UCD",
    "https://data.esante.gouv.fr/ansm/medicament/UCD",
)
# CIS and CIP13 alike, told by their form.
BDPM = (
    "https://smt.esante.gouv.fr/terminologie-bdpm",
    "https://smt.esante.gouv.fr/terminologie-ruim",
)
EDQM = "http://standardterms.edqm.eu"
UCUM = "http://unitsofmeasure.org"
# Source: formats of the ANS and the Cnam; the OIDs bare too, as CDA writes them.
LPP = ("urn:oid:1.2.250.1.215.200.2.1", "1.2.250.1.215.200.2.1")
NABM = (
    "https://smt.esante.gouv.fr/terminologie-nabm",
    "urn:oid:1.2.250.1.215.300.2",
    "1.2.250.1.215.300.2",
)
CCAM = (
    "https://smt.esante.gouv.fr/terminologie-ccam",
    "urn:oid:1.2.250.1.215.300.1",
    "1.2.250.1.215.300.1",
)
BILLING_NIR = "NH"  # an identifier of this type is the insured's, not always the patient's

# Ours: no public system exists.
BASE = "https://ordonnance.example/fhir"
EXTENSION = f"{BASE}/StructureDefinition/"
AM = f"{BASE}/NamingSystem/numero-am"
AM_LENGTH = 9
EXECUTION = f"{BASE}/NamingSystem/execution"
PROPOSAL = f"{BASE}/NamingSystem/demande"
NATURE = f"{BASE}/CodeSystem/nature"
NGAP = f"{BASE}/CodeSystem/ngap"
STATUS = f"{BASE}/CodeSystem/statut"
ALERT = f"{BASE}/CodeSystem/alerte"
ALERT_ID = f"{BASE}/NamingSystem/alerte"
REFUSAL = f"{BASE}/CodeSystem/refus"
TASK = f"{BASE}/CodeSystem/tache"
NOT_DONE = f"{BASE}/CodeSystem/motif-non-delivrance"
LINE_STATUS = f"{EXTENSION}line-status"
REMAINING = f"{EXTENSION}remaining"
SESSION = f"{EXTENSION}session"
STAGE = f"{EXTENSION}stage"
POSOLOGY = f"{EXTENSION}posology"
FLAG = f"{EXTENSION}flag"
QUALIFIER = f"{EXTENSION}qualifier"
KIND = f"{EXTENSION}kind"
ORDER = f"{EXTENSION}order"
REPLACED = f"{EXTENSION}replaced"
REFERENTIAL = f"{EXTENSION}referential"
WARNING = f"{EXTENSION}warning"
CONSENT = f"{BASE}/CodeSystem/consentement"
OBJECTION = f"{EXTENSION}objection"
ANONYMITY = f"{EXTENSION}anonymity"
IDENTIFIED = f"{EXTENSION}identified"

PACK = {"unit": "boîte", "system": EDQM, "code": "30009000"}
DAY = {"unit": "jour", "system": UCUM, "code": "d"}
SESSIONS = {"unit": "séance", "system": UCUM, "code": "{session}"}
EXAMS = {"unit": "examen", "system": UCUM, "code": "{exam}"}
EDQM_CONTAINERS = "30"  # EDQM gives containers the codes 30xxxxxx
PACK_WORDS = frozenset(
    (
        *("boite", "boites", "boîte", "boîtes", "boîte(s)", "boite(s)", "bte", "btes", "bt"),
        *("pack", "packs", "package", "packages", "box", "boxes", "1"),
        *("conditionnement", "conditionnements", "emballage", "emballages", "étui", "étuis"),
        *("flacon", "flacons", "flacon(s)", "tube", "tubes", "tube(s)"),
    )
)
