"""Traces as a workstation writes them: synthetic, and nothing of anybody's health."""

import gzip
import json
from typing import Any

from api.services import Service
from ordonnance.simulation.population import PHARMACIST

AM = PHARMACIST.claims["am"]


def a_trace(trace_id: str = "trace-1", **said: Any) -> dict[str, Any]:
    """A trace of an execution that went well, unless *said* says otherwise."""
    return {
        "schema": 1,
        "trace_id": trace_id,
        "horodatage_utc": "2026-11-23T08:59:00.000Z",
        "duree_ms": 120,
        "editeur": "Beryl",
        "logiciel": "Beryl LGO",
        "version_logiciel": "12.0",
        "module_on_version": "3.1",
        "id_poste": "poste-7f",
        "n_am": AM,
        "profession": "pharmacien",
        "operation": "execute",
        "command": "cle-1",
        "execution_id": "E1",
        "tentative": 1,
        "resultat": "OK",
        "code_retour": None,
        "http_status": 201,
        "mode": "NOMINAL",
        "qr": "LU",
        "scor_decision": "ARRET",
        "scor_motif": "RECORDED",
        "nb_lignes": 2,
        "nb_lignes_par_issue": {"DELIVREE": 2},
        **said,
    }


def write_lines(*traces: dict[str, Any]) -> bytes:
    """JSON lines."""
    return "".join(json.dumps(trace) + "\n" for trace in traces).encode()


def send(service: Service, *traces: dict[str, Any], is_gzip: bool = True, **headers: str):
    """The answer to ``POST /traces`` by the pharmacist."""
    body = write_lines(*traces)
    return service.send(
        "POST",
        "/traces",
        token=service.token(PHARMACIST.claims),
        body=gzip.compress(body) if is_gzip else body,
        **{"Content_Type": "application/jsonl", **headers},
    )
