"""The bilan told as a document: its figures, its sentences, what a pilot may read of it."""

from dataclasses import replace

import pytest

from bilan_stories import BEFORE, DRAWN, TOLD, USED, at
from ordonnance.domain.bilan_facts import gather
from ordonnance.domain.bilan_telling import tell_bilan
from ordonnance.domain.modalites import MARKS, PHARMACISTS_2025_07, Origin
from ordonnance.domain.modalites_reading import read_modalities
from ordonnance.domain.modalites_words import SETTING_NAMES, say_setting
from preserie_stories import (
    AMS,
    CHECK,
    DRAW,
    FILES,
    FIX,
    INSTALLED,
    RUNNING,
    SHARE,
    anomaly,
    answer,
    decide,
    play,
    say,
    scor,
    traces,
)


def tell(*events, **fields):
    return tell_bilan(play(*events), **fields)


def tell_file(name):
    return tell(*(FILES / name).read_text("utf-8").splitlines())


def plain(text):
    """*text* without the blanks that French binds."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def section(told, number):
    return told.sections[number - 1]


def test_nothing_is_told_before_a_bilan_is_drawn():  # PRE-62
    assert tell(*RUNNING) is None


def test_each_criterion_is_a_line_with_its_fraction_target_and_interval():  # PRE-62
    rows = tell_file("validee.jsonl").rows

    assert [(plain(one.figure), plain(one.target), plain(one.interval or "")) for one in rows] == [
        ("93,8 % (460 sur 490)", "au moins 80 %", "91,3 % à 95,6 %"),
        ("0 anomalie bloquante ouverte", "aucune ; chaque opération employée", ""),
        (
            "envois à tort : 1,1 % (5 sur 445) ; 0 pièce arrêtée à tort ; vérification conforme",
            "au plus 5 % d’envois à tort ; aucune arrêtée à tort ; vérification conforme",
            "0,4 % à 2,6 %",
        ),
        ("énoncés", "énoncés", ""),
        (
            "4,00 sur 5 ; réponses de 4 pharmacies sur 5 ; 0 frein bloquant",
            "au moins 3,00 ; 50 % des pharmacies ; aucun frein",
            "",
        ),
    ]
    assert {(one.words, one.shape) for one in rows} == {("atteint", "✓")}


def test_the_period_goes_from_the_first_ordonnances_to_the_drawing():  # PRE-62
    told = tell_file("validee.jsonl")

    assert told.period == "du mar. 20 janv. 2026 au jeu. 26 févr. 2026"
    assert told.cpam == "33 (Gironde), 38 (Isère)"
    assert tell(*INSTALLED, DRAW).period == "aucune ordonnance envoyée au ven. 20 févr. 2026"


WAIVED = {"criterion": 5, "reason": "Deux pharmacies bavardes"}


@pytest.mark.parametrize(
    ("events", "sentence", "words"),
    [
        ((*RUNNING, DRAW), "Alba 5.0 atteint les cinq critères du bilan.", "atteint"),
        (
            (*RUNNING[:-1], DRAW),
            (
                "Alba 5.0 n’atteint pas le critère 5 (satisfaction des utilisateurs). Ce que "
                "le texte exige est atteint pour : 5 ; c’est un seuil de notre lecture qui manque."
            ),
            "non atteint",
        ),
        (
            (*RUNNING[:-1], DRAW, SHARE, decide("deploy", waives=[WAIVED])),
            (
                "Alba 5.0 atteint ce que le texte exige ; la Cnam a levé le critère 5 "
                "(satisfaction des utilisateurs)."
            ),
            "levé par la Cnam",
        ),
        (
            (*RUNNING, anomaly(), answer(0, brake=True), DRAW),
            (
                "Alba 5.0 n’atteint pas les critères 2 (absence d’anomalie bloquante), 5 "
                "(satisfaction des utilisateurs)."
            ),
            "non atteint",
        ),
    ],
    ids=["met", "by the text", "waived", "missed"],
)
def test_the_verdict_is_one_sentence(events, sentence, words):  # PRE-62
    told = tell(*events)

    assert plain(told.verdict) == sentence
    assert told.rows[4].words == words


def test_a_waiver_is_printed_with_its_reason():  # PRE-62
    told = tell(*RUNNING[:-1], DRAW, SHARE, decide("deploy", waives=[WAIVED]))

    assert [plain(one) for one in told.waivers] == [
        "Critère 5 levé par la Cnam : « Deux pharmacies bavardes »"
    ]
    assert told.decision == "La Cnam a décidé le déploiement, le ven. 20 févr. 2026."


def test_who_signed_and_who_disagreed_are_printed():  # PRE-61, PRE-62
    told = tell(*TOLD)

    assert told.signature == "Signé ensemble par l’éditeur et la Cnam."
    assert told.signatures == (
        "La Cnam, le mar. 3 mars 2026, 9 h 00",
        "L’éditeur, le mar. 3 mars 2026, 9 h 00",
    )
    assert [plain(one) for one in told.disagreements] == [
        (
            "L’éditeur, le mar. 3 mars 2026, 9 h 00 : « La semaine du 9 février, le réseau était "
            "coupé en Isère. »"
        )
    ]
    assert (
        plain(tell(*DRAWN).signature) == "Pas encore signé ensemble ; manque : l’éditeur, la Cnam."
    )
    assert tell(*DRAWN).decision == "La Cnam n’a pas encore décidé."


def test_what_comes_after_the_drawing_is_not_told():  # PRE-62
    later = (
        *(anomaly("A9"), answer(2, 1, brake=True), traces(0, attempts=500, recorded=0)),
        *(scor(0, stopped_wrongly=9), {**CHECK, "conform": False}),
        *(say("state_prerequisites", text="Autre chose"), say("withdraw", am=AMS[0], reason="x")),
    )

    assert tell(*DRAWN, *later) == tell(*DRAWN)


def test_a_decision_on_an_earlier_bilan_is_not_told_of_this_one():  # PRE-62
    told = tell(*RUNNING, DRAW, SHARE, FIX, decide("prolong"), DRAW)

    assert told.decision == "La Cnam n’a pas encore décidé."


def test_anomalies_are_told_with_the_delays_to_answer_and_to_fix():  # PRE-63
    told = section(tell(*TOLD), 2)

    assert told.remarks == (
        "2 anomalies signalées, 1 corrigée.",
        (
            "La plus longue attente d’une première réponse\u00a0: 4\u202fj\u202f; 1 attend encore "
            "au jour du bilan."
        ),
    )
    assert [row[-3:] for row in told.tables[0].rows] == [
        ("corrigée en 5.1", "1\u202fj 3\u202fh", "8\u202fj 5\u202fh"),
        ("ouverte", "–", "–"),
    ]
    assert [plain(one) for one in told.apart] == [
        "À qualifier par la Cnam : A2. D’ici là compte ce qu’en dit qui l’a signalée."
    ]


@pytest.mark.parametrize(
    ("events", "delay"),
    [
        ((anomaly(by="pilot:332000011", at=at("2026-02-01"), am=AMS[0]),), "–"),
        (
            (
                anomaly(by="pilot:332000011", at=at("2026-02-01"), am=AMS[0]),
                anomaly(by="pilot:332000029", at=at("2026-02-02"), am=AMS[1]),
            ),
            "–",
        ),
        (
            (
                anomaly(by="pilot:332000011", at=at("2026-02-01"), am=AMS[0]),
                anomaly(by="vendor", at=at("2026-02-01", 14)),
            ),
            "5\u202fh",
        ),
        (
            (
                anomaly(by="vendor", at=at("2026-02-01")),
                anomaly(by="vendor", at=at("2026-02-02")),
                say("fix_anomaly", anomaly="A1", version="5.1", at="2026-02-01T09:30:00+01:00"),
            ),
            "30\u202fmin",
        ),
    ],
    ids=["nobody", "another pilot", "the vendor", "the reporter fixes"],
)
def test_an_answer_is_the_first_word_of_who_must_answer(events, delay):  # PRE-63
    (table,) = section(tell(*INSTALLED, *events, DRAW), 2).tables

    assert table.rows[0][4] == delay


def test_an_anomaly_reported_again_is_open_again_from_its_first_day():  # PRE-63
    fixed = say("fix_anomaly", anomaly="A1", version="5.1", at=at("2026-02-03"))
    again = anomaly(at=at("2026-02-05"))
    threads = gather(play(*INSTALLED, anomaly(at=at("2026-02-01")), fixed, again, DRAW)).threads

    assert threads["A1"].fixed_at is None
    assert threads["A1"].reported_at.day == 1
    assert threads["A1"].answered_at.day == 3


def test_the_rate_is_drawn_by_week_and_by_pharmacy_worst_first():  # PRE-63
    told = section(tell(*TOLD), 1)
    bars, weeks, multiples = told.charts

    assert plain(bars.title) == (
        "1 pharmacie sur 5 sous 80 % ; la plus basse : Pharmacie du Vercors, 70,8 % (85 sur 120)"
    )
    assert [bar.name for bar in bars.bars] == [
        "Pharmacie du Vercors",
        "Pharmacie Victoire",
        "Pharmacie du Port",
        "Pharmacie des Quais",
        "Pharmacie Chartreuse",
    ]
    assert [bar.is_wrong for bar in bars.bars] == [True, False, False, False, False]
    assert plain(weeks.title) == "4 pharmacies sous 80 % la semaine du 19 janv."
    assert [(one.name, one.part, one.whole) for one in weeks.series[0].points] == [
        ("19 janv.", 70, 100),
        ("26 janv.", 77, 100),
        ("2 févr.", 83, 100),
        ("9 févr.", 81, 100),
        ("16 févr.", 90, 100),
        ("23 févr.", 92, 100),
    ]
    assert len(multiples.series) == 5


def test_one_reading_is_no_line():  # PRE-63
    assert [one.key for one in section(tell_file("validee.jsonl"), 1).charts] == ["rate-pharmacies"]


def test_weeks_count_from_where_the_bilan_counts():  # PRE-63
    first = traces(0, attempts=10, recorded=1, at=at("2026-02-02"))
    second = traces(0, attempts=10, recorded=9, at=at("2026-02-16"))
    since = say("draw_bilan", since="fix")

    weeks = gather(play(*INSTALLED, first, FIX, second, since)).weeks
    assert [(day.day, one.recorded) for day, one in weeks[AMS[0]].items()] == [(16, 9)]
    assert len(gather(play(*INSTALLED, first, FIX, second, DRAW)).weeks[AMS[0]]) == 2


def test_what_was_set_apart_is_shown_with_what_it_changes():  # PRE-63
    told = tell(*TOLD)

    assert [plain(one) for one in section(told, 1).apart] == [
        (
            "30 refus métier ôtés du dénominateur ; en les comptant, le taux est de 78,2 % "
            "(493 sur 630)."
        ),
        (
            "Pharmacie Chartreuse a quitté la présérie (motif : « Travaux dans l’officine ») ; ses "
            "chiffres comptent : 89,1 % (107 sur 120)."
        ),
    ]
    assert [plain(one) for one in section(told, 5).apart] == [
        "2 pharmacies installées sans réponse ; 60 % ont répondu."
    ]


def test_pieces_and_answers_are_counted_in_their_charts():  # PRE-63
    told = tell(*TOLD)

    (pieces,), (satisfaction,) = section(told, 3).charts, section(told, 5).charts
    assert pieces.title == "0 pièce arrêtée à tort, 1 envoyée à tort, sur 511"
    assert [bar.words for bar in pieces.bars] == ["450", "60", "0", "1"]
    assert satisfaction.title == "4 réponses, dont 1 sous 3"
    assert [(bar.name, bar.words) for bar in satisfaction.bars] == [
        ("5 sur 5", "1"),
        ("4 sur 5", "1"),
        ("3 sur 5", "1"),
        ("2 sur 5", "1"),
        ("1 sur 5", "0"),
    ]


def test_the_steps_really_used_are_told_where_they_are_counted():  # PRE-63
    counted = section(tell(*TOLD, used=USED), 2).tables[-1]

    assert counted.caption == "Ce qui a réellement servi, par pharmacie"
    assert counted.rows[0] == (
        *("Pharmacie du Port", "120", "90", "12", "3", "20", "4", "2", "1", "99", "88"),
    )
    assert section(tell(*TOLD, used={AMS[0]: {"teleported": 3}}), 2).tables[-1].head == (
        "Pharmacie",
        "teleported",
    )


def test_every_setting_says_whether_the_text_or_we_say_so():  # PRE-62
    settings = tell(*DRAWN).settings

    assert [one.key for one in settings] == list(MARKS) == list(SETTING_NAMES)
    badges = {one.key: one.reading.badge for one in settings}
    assert badges["rate_target"] == "Texte"
    assert badges["answers_share_min"] == "Notre lecture"
    assert {one.key: plain(one.value) for one in settings}["cpam_max"] == "3"


def test_values_of_settings_are_said_in_french():  # PRE-62
    said = {key: plain(say_setting(PHARMACISTS_2025_07, key)) for key in MARKS}

    assert said["rate_target"] == "80 %"
    assert said["operations"] == "consulter, exécuter, corriger, annuler"
    assert said["satisfaction_min"] == "3 sur 5"
    assert said["reduced_below_percent"] == "1 %"
    assert said["extended_max"] == "sans limite"
    assert said["fourth_needs_check"] == "oui"
    assert said["wrong_stops_max"] == "0"
    assert said["first_week"] == "du premier jour planifié"


def test_a_chosen_setting_says_so_with_its_reason():  # PRE-62
    chosen = read_modalities({"name": "essai", "participants_max": {"value": 12, "reason": "Test"}})
    told = tell_bilan(play(*RUNNING, DRAW, modalities=chosen))

    (setting,) = (one for one in told.settings if one.key == "participants_max")
    assert (setting.value, setting.reading.badge, setting.reading.words) == ("12", "Choisi", "Test")
    assert setting.reading.origin is Origin.CHOSEN
    assert told.modalities == "essai"


def test_the_text_of_a_criterion_is_not_told_twice():  # PRE-62
    told = section(tell(*DRAWN), 1)

    assert [one.badge for one in told.readings] == ["Notre lecture", "Notre lecture"]
    assert plain(told.definition).startswith("« 80% des ordonnances numériques")


def test_a_bilan_without_any_figure_is_told():  # PRE-62
    told = tell(*INSTALLED, DRAW)

    assert [plain(one.figure) for one in told.rows] == [
        "rien à mesurer encore",
        (
            "0 anomalie bloquante ouverte ; sans usage enregistré : consulter, exécuter, corriger, "
            "annuler"
        ),
        "envois à tort : rien à mesurer encore ; 0 pièce arrêtée à tort ; vérification conforme",
        "à énoncer",
        "aucune réponse encore",
    ]
    assert section(told, 1).charts[0].title == "Aucune exécution tentée encore"
    assert section(told, 2).remarks == ("Aucune anomalie n’a été signalée.",)


def test_the_number_of_answers_asked_for_is_the_target():  # PRE-62
    told = tell(*BEFORE, say("draw_bilan", min_answers=2))

    assert plain(told.rows[4].target) == "au moins 3,00 ; 2 pharmacies ; aucun frein"


def test_a_document_told_is_a_value():  # PRE-62
    told = tell(*TOLD)

    assert replace(told) == tell(*TOLD)
    assert hash(told) == hash(tell(*TOLD))
