"""Settings of the modalities as fields: all of them, and the very values they had."""

import json

from ordonnance.domain.modalites import MARKS, PHARMACISTS_2025_07
from ordonnance.domain.preserie_reading import read_line
from ordonnance.portail.modality_fields import (
    FIELDS,
    GROUPS,
    read_settings,
    reason_of,
    type_modalities,
)


def tell(settings):
    """The modalities that an event says."""
    event = {"do": "set_modalities", "at": "2026-01-07T09:00:00+01:00", "modalities": settings}
    return read_line(json.dumps(event)).modalities


def test_each_setting_is_in_one_group():  # PRE-34
    listed = [setting for settings in GROUPS.values() for setting in settings]

    assert sorted(listed) == sorted(MARKS)


def test_what_is_not_changed_is_not_told():  # PRE-65
    assert read_settings(type_modalities(PHARMACISTS_2025_07)) == ({}, [])


def test_what_is_typed_is_read_back():  # PRE-34, PRE-65
    typed = {
        "rate_target": ["1,1"],
        "rate_unit": ["prescription"],
        "refusals_excluded": ["non"],
        "operations": ["execute", "correct"],
        "each_used": ["non"],
        "wrong_stops_max": ["2"],
        "wrong_sends_max": ["57,3"],
        "answers_share_min": ["66,6"],
        "satisfaction_min": ["3,5"],
        "participants_min": ["6"],
        "participants_min_reduced": ["4"],
        "reduced_below_percent": ["0,5"],
        "minimum_reduced": ["granted"],
        "participants_max": ["12"],
        "extended_max": ["20"],
        "first_week_installations": ["2"],
        "first_week": ["installed"],
        "fourth_needs_check": ["non"],
        "cpam_max": ["2"],
        "cpam_referent": ["33, 75"],
    }
    assert set(typed) == set(FIELDS)
    reasons = {reason_of(setting): [f"Parce que {setting}."] for setting in typed}

    settings, wrong = read_settings({**typed, **reasons})
    again = type_modalities(tell(settings))

    assert wrong == []
    assert again == {**typed, **reasons}
