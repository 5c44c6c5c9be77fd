"""Grids of verdicts or numbers, and estimates with intervals."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import same_color, to_rgba

from emergence_utils import InputError, plot

VERDICTS = pd.DataFrame({"not\npredicted": [True, False, False], "sharp": [True, True, False]},
                        index=["sums", "words", "maps"])
NUMBERS = pd.DataFrame({"early": [0.0, 0.5], "late": [1.0, np.nan]}, index=["small", "large"])


def test_booleans_are_filled_and_open_circles(ax):
    plot.plot_matrix(VERDICTS, ax=ax)
    dots = [c for c in ax.collections if isinstance(c, PathCollection)]
    assert [tuple(d.get_offsets()[0]) for d in dots] == [(j, i) for i in range(3) for j in range(2)]
    filled = [bool(len(d.get_facecolor())) for d in dots]
    assert filled == VERDICTS.to_numpy().ravel().tolist()
    assert all(same_color(d.get_edgecolor()[0], plot.PALETTE[1] if f else plot.MUTED)
               for d, f in zip(dots, filled, strict=True))
    assert not ax.texts and not ax.patches


def test_what_cannot_be_told_is_a_question_mark_and_is_said(ax):
    table = pd.DataFrame({"sharp": ["yes", "cannot tell"], "present": ["no", "cannot tell"]},
                         index=["sums", "maps"])
    plot.plot_matrix(table, ax=ax)
    assert [t.get_position() for t in ax.texts if t.get_text() == "?"] == [(0, 1), (1, 1)]
    assert len([c for c in ax.collections if isinstance(c, PathCollection)]) == 2
    assert plot.alt_text(ax.figure).endswith("sums: sharp; maps: none (cannot tell: sharp, present).")


def test_alt_text_of_verdicts_lists_what_each_row_meets(ax):
    plot.plot_matrix(VERDICTS, ax=ax, title="Grid")
    text = plot.alt_text(ax.figure)
    assert text.startswith("Grid: Grid of verdicts")
    assert text.endswith("sums: not predicted, sharp; words: sharp; maps: none.")
    assert "\n" not in text


def test_numbers_are_written_into_shaded_cells(ax):
    plot.plot_matrix(NUMBERS, ax=ax, fmt=".1f")
    assert {(t.get_position(), t.get_text()) for t in ax.texts if t.get_text() != "–"} == {
        ((0, 0), "0.0"), ((1, 0), "1.0"), ((0, 1), "0.5")}
    shades = {(p.get_x() + 0.5, p.get_y() + 0.5): p.get_facecolor() for p in ax.patches}
    assert shades == {(0, 0): to_rgba(plot.PALETTE[0], 0.0), (1, 0): to_rgba(plot.PALETTE[0], 0.45),
                      (0, 1): to_rgba(plot.PALETTE[0], 0.225)}
    assert not [c for c in ax.collections if isinstance(c, PathCollection)]


def test_alt_text_of_numbers_leaves_out_missing_cells(ax):
    plot.plot_matrix(NUMBERS, ax=ax)
    text = plot.alt_text(ax.figure)
    assert text.startswith("Grid of numbers")
    assert text.endswith("small: early 0.00, late 1.00; large: early 0.50.")


@pytest.mark.parametrize(("value", "shade"), [(-5, 0.0), (10, 0.0), (15, 0.225), (20, 0.45), (99, 0.45)])
def test_shading_is_clipped_at_both_ends(ax, value, shade):
    plot.plot_matrix(pd.DataFrame({"a": [value]}), ax=ax, vmin=10, vmax=20, fmt="g")
    assert ax.patches[0].get_facecolor()[3] == pytest.approx(shade)
    assert ax.texts[0].get_text() == str(value)


def test_first_row_is_at_the_top_and_columns_are_named_there(ax):
    plot.plot_matrix(VERDICTS, ax=ax)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["sums", "words", "maps"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["not\npredicted", "sharp"]
    assert ax.get_ylim() == (2.5, -0.5)
    assert ax.xaxis.get_ticks_position() == "top"


def test_rows_of_one_name_are_told_apart_by_place(ax):
    plot.plot_matrix(VERDICTS.set_axis(["a", "a", "b"]), ax=ax)
    assert plot.alt_text(ax.figure).endswith("a: not predicted, sharp; a: sharp; b: none.")


@pytest.mark.parametrize("table", [pd.DataFrame(), VERDICTS.iloc[:0]])
def test_an_empty_grid_is_refused(ax, table):
    with pytest.raises(InputError, match="at least one row and one column"):
        plot.plot_matrix(table, ax=ax)


# ---- forest

ROWS = pd.DataFrame({"name": ["first", "second", "third"], "estimate": [0.5, 0.25, 0.75],
                     "low": [0.4, np.nan, 0.6], "high": [0.6, np.nan, 0.9]})


def test_forest_is_drawn_from_the_top_in_the_order_given(ax):
    plot.plot_forest(ROWS, label="name", xlabel="Share", ax=ax)
    (points,) = ax.lines
    assert points.get_xdata().tolist() == [0.5, 0.25, 0.75]
    assert points.get_ydata().tolist() == [0, 1, 2]
    assert ax.get_ylim() == (2.5, -0.5)  # 0 is at the top
    assert [t.get_text() for t in ax.get_yticklabels()] == ["first", "second", "third"]
    assert points.get_linestyle() == "None"


def test_intervals_are_those_of_the_table_and_missing_ones_a_bare_point(ax):
    plot.plot_forest(ROWS, label="name", xlabel="Share", ax=ax)
    (drawn,) = (c for c in ax.collections if isinstance(c, LineCollection))
    spans = {tuple(s[:, 0]): s[0, 1] for s in drawn.get_segments() if len(s)}
    assert spans == {(0.4, 0.6): 0, (0.6, 0.9): 2}
    assert plot.alt_text(ax.figure) == (
        "Share, estimate with interval: first 0.5 [0.4, 0.6]; second 0.25; third 0.75 [0.6, 0.9].")


@pytest.mark.parametrize(("name", "said"), [("no difference", "no difference"), ("", "0.5")])
def test_reference_is_a_dotted_line_and_said(ax, name, said):
    plot.plot_forest(ROWS, label="name", xlabel="Share", reference=0.5, reference_name=name, ax=ax)
    assert list(ax.lines[-1].get_xdata()) == [0.5, 0.5]
    assert ax.lines[-1].get_linestyle() == ":"
    assert plot.alt_text(ax.figure).endswith(f" Dotted line: {said}.")


def test_groups_share_a_row_side_by_side(ax):
    both = pd.concat([ROWS.assign(kind="hard"), ROWS.assign(kind="soft", estimate=0.1)])
    plot.plot_forest(both, label="name", xlabel="Share", hue="kind", ax=ax)
    hard, soft = ax.lines
    assert hard.get_ydata() == pytest.approx([-0.18, 0.82, 1.82])
    assert soft.get_ydata() == pytest.approx([0.18, 1.18, 2.18])
    assert [hard.get_color(), soft.get_color()] == list(plot.PALETTE[:2])
    assert hard.get_marker() != soft.get_marker()
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["hard", "soft"]
    assert "first (hard) 0.5 [0.4, 0.6]" in plot.alt_text(ax.figure)
    assert "third (soft) 0.1 [0.6, 0.9]" in plot.alt_text(ax.figure)


def test_long_axis_names_are_broken_and_spoken_whole(ax):
    name = "Share of the tasks on which the largest step exceeds one half"
    plot.plot_forest(ROWS, label="name", xlabel=name, log_x=True, ax=ax)
    assert ax.get_xlabel().replace("\n", " ") == name
    assert max(map(len, ax.get_xlabel().split("\n"))) <= 34
    assert ax.get_xscale() == "log"
    assert plot.alt_text(ax.figure).startswith(name)


def test_an_empty_forest_is_refused(ax):
    with pytest.raises(InputError, match="at least one row"):
        plot.plot_forest(ROWS.iloc[:0], label="name", xlabel="Share", ax=ax)
