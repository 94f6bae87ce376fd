"""None loaded, none lost, each under its rule, and the good ones all loaded."""

import pytest

from tests.validations.poison import KINDS, night


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    """A night with 1,000 bad records among those of Bộ Nội vụ."""
    return night(tmp_path_factory.mktemp("poisoned"), 1_000, 6, departments=["G09"])


def test_the_night_is_complete_whatever_share_of_it_is_bad(poisoned):
    assert (poisoned.state, poisoned.bad) == ("complete", 1_000)


def test_there_are_kinds_enough_and_all_were_met(poisoned):
    assert len(KINDS) >= 25
    assert poisoned.kinds == len(KINDS)


def test_no_bad_record_is_loaded_and_none_is_lost(poisoned):
    assert poisoned.loaded == []
    assert poisoned.lost == []


def test_each_is_in_quarantine_under_the_rule_that_is_meant_for_it(poisoned):
    assert poisoned.misfiled == []
    assert poisoned.by_rule.total() == 1_000


def test_every_good_record_is_loaded(poisoned):
    assert poisoned.good_not_loaded == []
    assert poisoned.good_turned_away == []
