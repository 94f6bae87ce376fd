"""A night that dies at any moment is as if it had not been, or as if it had ended."""

from __future__ import annotations

from pathlib import Path

from tests.steps import kills

SHARES = (0.05, 0.4, 0.75, 0.9, 0.99)
"""Where in the night it is killed: while reading, loading, comparing, queueing letters."""


def test_a_killed_night_is_made_good_by_the_next_run(tmp_path: Path) -> None:
    with kills.small_portals() as urls:
        template = kills.prepared(tmp_path / "template", urls)
        undisturbed = kills.copy_of(template, tmp_path / "control", urls)
        code, count = kills.in_a_child(undisturbed, None)
        assert (code, count > 100) == (0, True)
        control = kills.lasting(undisturbed)
        assert any("02 thay đổi của Bộ" in letter for letter in control["letters"])
        for share in SHARES:
            office = kills.copy_of(template, tmp_path / f"killed-{share}", urls)
            assert kills.in_a_child(office, round(share * count))[0] == -9
            assert kills.in_a_child(office, None)[0] == 0
            assert kills.differences(office, control) == [], share
