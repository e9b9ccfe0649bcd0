"""Who was told what: each letter with the e-mails that carry it, and what proves that they left."""

from mails import AT, NAME, a_history
from ordonnance.domain.letter import list_letters
from ordonnance.domain.mail import Mail, MailState
from ordonnance.portail.told import list_told
from preserie_stories import OPENED, say

PROOF = "250 2.0.0 Ok: queued as 4F1B"


def a_mail(letter, state, **fields):
    return Mail(
        preserie=NAME,
        letter=letter.name,
        party=letter.party,
        address="cnam@exemple.fr",
        state=state,
        created_at=AT,
        next_attempt_at=AT,
        **fields,
    )


def told(state, *, shows_proof=True, **fields):
    history = a_history(*OPENED, say("supply", item="support"))
    [letter] = list_letters(history)
    [one] = list_told(history, [a_mail(letter, state, **fields)], shows_proof=shows_proof)
    return one


def test_a_mail_that_left_says_when_and_what_proves_it():  # PRE-91
    [sending] = told(MailState.SENT, sent_at=AT, proof=PROOF).sendings

    assert (sending.words, sending.sent_at, sending.proof) == ("envoyé", AT, PROOF)


def test_no_address_is_ever_shown_and_proof_only_to_those_who_run_it():  # PRE-91
    one = told(MailState.SENT, shows_proof=False, sent_at=AT, proof=PROOF)

    assert PROOF not in str(one)
    assert "cnam@exemple.fr" not in str(one)


def test_a_mail_that_has_no_address_is_told_apart():  # PRE-91
    [sending] = told(MailState.NO_ADDRESS).sendings

    assert (sending.shape, sending.words) == ("▲", "sans adresse")


def test_what_was_told_is_there_before_any_mail():  # PRE-91
    history = a_history(*OPENED, say("supply", item="support"))

    [one] = list_told(history, [], shows_proof=True)

    assert one.letter.party.words == "la Cnam"
    assert one.sendings == []
