"""The words of a legend: parsed where a text enters, refused or kept where it is unknown."""

from __future__ import annotations

import json

import pytest
from pixxel_explorer.plugin.legend.vocabulary import ExpressionType, LegendMode, Units


def test_a_mode_keeps_its_stored_text() -> None:
    assert [str(mode) for mode in LegendMode] == ["dynamic", "theoretical"]
    assert json.dumps({LegendMode.DYNAMIC: LegendMode.THEORETICAL}) == '{"dynamic": "theoretical"}'


def test_a_text_names_a_mode_exactly() -> None:
    assert LegendMode.named("dynamic") is LegendMode.DYNAMIC
    assert LegendMode.named("Dynamic") is None
    assert LegendMode.named("") is None


def test_an_unknown_text_is_kept_where_a_later_version_may_have_written_it() -> None:
    assert LegendMode.read("theoretical") is LegendMode.THEORETICAL
    assert LegendMode.read("seasonal") == "seasonal"


def test_an_unknown_text_is_refused_by_name_elsewhere() -> None:
    with pytest.raises(ValueError, match="seasonal"):
        LegendMode.parse("seasonal")


def test_only_the_answers_of_a_user_are_stored() -> None:
    assert [units for units in Units if units.is_kept] == [Units.VALUES, Units.DISPLAY]
    assert not Units.UNCHOSEN


def test_an_index_alone_is_coloured_by_a_legend() -> None:
    assert [kind for kind in ExpressionType if kind.has_legend] == [ExpressionType.INDEX]
