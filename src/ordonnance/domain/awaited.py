"""Executions that were recorded before their prescription arrived, looked at again once it has.

They were done, and stay: whatever is wrong with them becomes an alert. While they waited nothing
could be checked but their form.

Source: TLS-53.
"""

from collections.abc import Iterator
from dataclasses import replace

from ordonnance.domain.admission import CHECKS, Case, find_alert, list_cases
from ordonnance.domain.command import Execute
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Alert, AlertCode, Executed, Issued
from ordonnance.domain.known import Known
from ordonnance.domain.medicine import Finding
from ordonnance.domain.profession import kinds_executed_by
from ordonnance.domain.refusal import Reasons, Refusal


def recheck(dossier: Dossier, fact: Issued, known: Known) -> tuple[Alert, ...]:
    """The alerts that the executions waiting in *dossier* raise once *fact* has come.

    Each is looked at as it was when it was received, after those recorded before it. A treatment
    that may not overlap another ordonnance is not looked up here.

    Source: TLS-53; CSP, art. R. 4073-1 and following (the téléservice could not be reached).
    """
    seen = replace(dossier, issued=fact, facts=())
    alerts: list[Alert] = []
    for execution in dossier.executions:
        for case in list_cases(seen, repeat(dossier, execution), execution.at, known):
            alerts.extend(list_alerts(replace(case, is_recorded=True)))
        seen = seen.add(execution, None)
    return tuple(dict.fromkeys(alerts))


def repeat(dossier: Dossier, execution: Executed) -> Execute:
    """The command that would record *execution* again."""
    return Execute(
        number=dossier.number,
        actor=execution.by,
        key=execution.key,
        digest=execution.digest,
        acts=execution.acts,
        resources=b"[]",
    )


def list_alerts(case: Case) -> Iterator[Alert]:
    """What is wrong with one act, as alerts."""
    rank = None if case.line is None else case.line.rank
    for check in (check_patient, check_kind, *CHECKS):
        for finding in check(case):
            if isinstance(finding, Refusal):
                plain = Alert(AlertCode.DEFERRED, finding.reason.code, rank)
                yield find_alert(case, finding) or plain


def check_patient(case: Case) -> Iterator[Finding]:
    """The act says that it is for somebody else."""
    patient, prescription = case.act.patient, case.dossier.prescription
    if patient and prescription and patient != prescription.patient:
        yield Refusal(Reasons.PATIENT_MISMATCH, case.act.where)


def check_kind(case: Case) -> Iterator[Finding]:
    """The line is not one that the profession carries out."""
    if case.line is not None and case.line.kind not in kinds_executed_by(case.command.actor):
        yield Refusal(Reasons.KIND_NOT_ALLOWED, case.act.where_line)
