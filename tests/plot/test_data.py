"""The numbers behind a figure: exactly what is drawn, named as the legend and the ticks name it."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from emergence_utils import UnknownNameError, plot
from emergence_utils.plot import svg as module
from emergence_utils.plot.data import csv_text, figure_data


@pytest.fixture
def shown(monkeypatch):
    """What is displayed, as MIME bundles."""
    bundles = []
    monkeypatch.setattr(module, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def read(ax):
    return figure_data(ax.figure)


def rows(ax, **where):
    table = read(ax)
    for column, value in where.items():
        table = table[table[column] == value]
    return table


def values(table, *columns):
    """Rows as tuples, None for what is missing."""
    picked = table[list(columns)].itertuples(index=False)
    return [tuple(None if pd.isna(v) else v for v in row) for row in picked]


# ---- read back from the artists


def test_lines_and_points_keep_their_names_and_numbers(ax):
    ax.plot([1, 2], [0.25, 0.5], label="a line")
    ax.plot([1, 2, 3], [5.0, np.nan, 6.0], "o", label="points")
    assert values(read(ax), "series", "kind", "x", "y") == [
        ("a line", "line", 1, 0.25), ("a line", "line", 2, 0.5),
        ("points", "points", 1, 5), ("points", "points", 3, 6)]


def test_points_without_a_name_get_that_of_their_colour_in_the_legend(ax):
    ax.plot([1, 2], [0, 1], color=plot.PALETTE[0], label="GPT-3")
    ax.scatter([5], [6], color=plot.PALETTE[0])
    ax.scatter([7], [8], color=plot.PALETTE[1])
    ax.legend()
    assert values(rows(ax, kind="points"), "series", "x", "y") == [("GPT-3", 5, 6), (None, 7, 8)]


def test_a_grey_line_is_not_taken_for_the_grey_points_of_the_legend(ax):
    ax.plot([1], [2], "o", color=plot.MUTED, label="undecided")
    ax.plot([0, 1], [0, 1], color=plot.MUTED)
    ax.plot([3], [3], "o", color=plot.MUTED)
    ax.legend()
    table = read(ax)
    assert table.loc[table["kind"] == "line", "series"].isna().all()
    assert set(table.loc[table["kind"] == "points", "series"]) == {"undecided"}


def test_a_name_from_the_legend_of_another_panel():
    fig, axes = plot.figure(2)
    for i, ax in enumerate(axes):
        ax.plot([1, 2], [i, 2], color=plot.PALETTE[2], label="GPT-3" if i == 0 else None)
        ax.set_title(f"panel {'ab'[i]}")
    axes[0].legend()
    assert values(figure_data(fig), "panel", "series", "y") == [
        ("panel a", "GPT-3", 0), ("panel a", "GPT-3", 2), ("panel b", "GPT-3", 1), ("panel b", "GPT-3", 2)]


@pytest.mark.parametrize("name", ["one task", None])
def test_lines_that_share_a_name_are_numbered(ax, name):
    for height in (1.0, 2.0):
        ax.plot([0, 1], [0, height], color=plot.PALETTE[0], label=name)
    assert values(read(ax), "line", "y") == [(1, 0), (1, 1), (2, 0), (2, 2)]


def test_intervals_and_bands_stand_beside_their_points(ax):
    x, y = np.array([1.0, 2.0]), np.array([0.5, 0.6])
    ax.vlines(x, y - 0.1, y + 0.25, color=plot.PALETTE[0])
    ax.plot(x, y, "o", color=plot.PALETTE[0], label="points")
    ax.fill_between(x, y - 0.5, y + 0.5, color=plot.PALETTE[1], alpha=0.2)
    ax.plot(x, y, color=plot.PALETTE[1], label="curve")
    table = read(ax)
    assert values(table, "series", "kind", "x") == [
        ("points", "points", 1), ("points", "points", 2), ("curve", "line", 1), ("curve", "line", 2)]
    ends = np.array([[0.4, 0.75], [0.5, 0.85], [0, 1], [0.1, 1.1]])
    assert table[["low", "high"]].to_numpy() == pytest.approx(ends)


def test_error_bars_have_their_ends_and_no_caps(ax):
    ax.errorbar([1, 2], [3.0, 4.0], yerr=[[1, 2], [0.5, 0.5]], capsize=4, label="fit")
    assert values(read(ax), "series", "kind", "x", "y", "low", "high") == [
        ("fit", "line", 1, 3, 2, 3.5), ("fit", "line", 2, 4, 2, 4.5)]


def test_a_level_interval_is_one_of_x(ax):
    ax.hlines([0, 1], [1, 2], [3, 4], color=plot.PALETTE[0])
    ax.plot([2.0], [0], "o", color=plot.PALETTE[0])
    assert values(read(ax), "kind", "x", "y", "x_low", "x_high") == [
        ("points", 2, 0, 1, 3), ("interval", None, 1, 2, 4)]


def test_a_band_without_a_line_is_a_row_of_its_own(ax):
    ax.fill_between([1, 2], [0, 0], [1, 3], color=plot.PALETTE[0], label="quartiles")
    assert values(read(ax), "series", "kind", "x", "low", "high") == [
        ("quartiles", "band", 1, 0, 1), ("quartiles", "band", 2, 0, 3)]


def test_reference_lines_and_shaded_stretches_are_marked(ax):
    ax.plot([0, 1], [0, 1], "o")
    ax.axhline(0.25, color=plot.MUTED)
    ax.annotate("chance", (0.9, 0.25), xycoords=("axes fraction", "data"))
    ax.axvline(2.0)
    ax.axvspan(3.0, 4.0, alpha=0.1)
    table = read(ax)
    assert values(table[table["kind"] != "points"], "series", "kind", "x", "y", "x_low", "x_high") == [
        ("chance", "reference", None, 0.25, None, None), (None, "reference", 2, None, None, None),
        (None, "shaded", None, None, 3, 4)]


def test_a_slanting_reference_line_has_two_ends(ax):
    ax.set(xlim=(0, 2), ylim=(0, 4))
    ax.axline((0, 0), slope=2)
    ends = rows(ax, kind="reference")[["x", "y"]].to_numpy()
    assert ends == pytest.approx(np.array([[0, 0], [2, 4]]), abs=1e-9)


def test_bars_by_category_and_bars_of_a_histogram():
    fig, (left, right) = plot.figure(1, 2)
    left.bar(["easy", "hard"], [3, 1])
    right.hist([0.1, 0.2, 0.9], bins=[0, 0.5, 1.0])
    left.set_title("left")
    right.set_title("right")
    table = figure_data(fig)
    assert values(table, "panel", "kind", "x", "y", "x_low", "x_high") == [
        ("left", "bar", "easy", 3, None, None), ("left", "bar", "hard", 1, None, None),
        ("right", "bar", 0.25, 2, 0, 0.5), ("right", "bar", 0.75, 1, 0.5, 1)]


def test_stacked_and_level_bars(ax):
    ax.barh([0, 1], [2, 3], label="first")
    ax.barh([0, 1], [1, 1], left=[2, 3], label="second")
    ax.set_yticks([0, 1], ["Pythia", "OPT\nmodels"])
    assert values(read(ax), "series", "y", "x", "x_low", "x_high") == [
        ("first", "Pythia", 2, None, None), ("first", "OPT models", 3, None, None),
        ("second", "Pythia", 1, 2, 3), ("second", "OPT models", 1, 3, 4)]


def test_stairs(ax):
    ax.stairs([1, 4], [0, 10, 20], label="counts")
    assert values(read(ax), "series", "kind", "x", "y", "x_low", "x_high") == [
        ("counts", "bar", 5, 1, 0, 10), ("counts", "bar", 15, 4, 10, 20)]


@pytest.mark.parametrize("draw", ["imshow", "pcolormesh"])
def test_cells_of_a_heat_map(ax, draw):
    getattr(ax, draw)(np.array([[1.0, 2.0], [3.0, np.nan]]))
    ax.set_xticks([0.0 if draw == "imshow" else 0.5, 1.0 if draw == "imshow" else 1.5], ["a", "b"])
    assert values(read(ax), "kind", "x", "value") == [
        ("cell", "a", 1), ("cell", "b", 2), ("cell", "a", 3), ("cell", "b", None)]


@pytest.mark.parametrize(("ticks", "words", "kept"), [
    ([0, 1, 2], ["a", "b", "c"], False),  # between the categories: a curve over them
    ([0, 10], ["start", "end"], False),
    ([0, 1], ["0", "1"], True),
])
def test_positions_stay_numbers_where_ticks_are_no_names_of_them(ax, ticks, words, kept):
    ax.plot([0, 0.5, 1] if not kept else [0, 1], [0.5] * (2 if kept else 3))
    ax.set_xticks(ticks, words)
    assert pd.api.types.is_numeric_dtype(read(ax)["x"])


def test_dodged_points_are_named_after_their_row(ax):
    ax.plot([0.1, 0.2], [-0.18, 0.82], "o")
    ax.set_yticks([0, 1], ["first", "second"])
    assert values(read(ax), "x", "y") == [(0.1, "first"), (0.2, "second")]


def test_open_marks_are_told_from_filled_ones(ax):
    ax.scatter([1, 2], [1, 1], facecolors=["none", plot.PALETTE[0]], edgecolors=plot.PALETTE[0])
    ax.plot([3], [1], "v", markerfacecolor="none")
    assert values(read(ax).sort_values("x"), "x", "mark") == [(1, "open"), (2, "filled"), (3, "open")]
    plot.figure()
    assert "mark" not in read(plt.gca().scatter([1], [1]).axes)


def test_neither_grid_nor_legend_nor_what_is_hidden(ax):
    ax.plot([1], [1], "o", label="seen")
    ax.plot([9], [9], "o", visible=False)
    ax.legend()
    ax.grid(visible=True)
    ax.text(5, 5, "a word")
    assert values(read(ax), "series", "x") == [("seen", 1)]


def test_what_cannot_be_read_back_is_said(ax):
    ax.contourf(np.arange(9.0).reshape(3, 3))
    with pytest.warns(UserWarning, match=r"leave out a QuadContourSet.*describe\(ax, text, data=\.\.\.\)\.$"):
        assert read(ax).empty


def test_rounding_errors_around_nought_become_nought_but_small_numbers_on_a_log_axis_stay(ax):
    ax.plot([0, 1, 2], [1.0, 1e-17, -2e-16])
    assert list(read(ax)["y"]) == [1, 0, 0]
    ax.set_yscale("log")
    assert list(read(ax)["y"]) == [1, 1e-17, -2e-16]


def test_a_colour_bar_is_no_panel(ax):
    ax.figure.colorbar(ax.scatter([1, 2], [1, 2], c=[5.0, 6.0]), ax=ax)
    assert values(read(ax), "x", "value") == [(1, 5), (2, 6)]


@pytest.mark.parametrize(("dress", "names"), [
    (lambda ax, i: ax.set_title("ab"[i]), ["a", "b"]),
    (lambda ax, i: ax.annotate("ab"[i], (0, 1), xycoords="axes fraction"), ["a", "b"]),
    (lambda ax, i: ax.set_ylabel("ab"[i]), ["a", "b"]),
    (lambda ax, i: (ax.set_ylabel("y"), ax.set_xlabel("ab"[i])), ["a", "b"]),
    (lambda ax, i: ax.set_ylabel("y"), ["1 y", "2 y"]),
    (lambda ax, i: None, ["1", "2"]),
])
def test_panels_are_named_by_what_tells_them_apart(dress, names):
    fig, axes = plot.figure(2)
    for i, ax in enumerate(axes):
        ax.plot([i], [i], "o")
        dress(ax, i)
    assert list(figure_data(fig)["panel"]) == names


def test_an_empty_figure_has_no_data():
    assert figure_data(plot.figure()[0]).empty


# ---- attached tables


def scores():
    return pd.DataFrame({"model": ["s", "m"] * 2, "task": ["a", "a", "b", "b"], "params": [1e8, 1e9] * 2,
                         "value": [0.0, 0.5, 0.1, 0.9], "n_examples": [20, 20, 30, 30], "subset": None})


def test_scores_tell_model_task_and_interval(ax):
    plot.plot_scores(scores(), hue="task", labels={"a": "Task A"}, chance=0.25, ax=ax)
    table = read(ax)
    assert list(table) == ["series", "kind", "model", "task", "params", "value", "n_examples", "low", "high"]
    assert values(table, "series", "kind", "model", "params", "value")[:3] == [
        ("Task A", "points", "s", 1e8, 0.0), ("Task A", "points", "m", 1e9, 0.5),
        ("b", "points", "s", 1e8, 0.1)]
    assert values(table, "series", "kind", "model", "value")[-1] == ("chance", "reference", None, 0.25)
    assert table.loc[1, ["low", "high"]].tolist() == pytest.approx([0.27196, 0.72804], abs=1e-5)


def test_what_is_drawn_after_a_table_gets_its_names(ax):
    plot.plot_scores(scores()[:2], ax=ax)
    ax.plot([2e9], [0.7], "s", label="forecast")
    assert values(read(ax), "kind", "series", "params", "value")[-1] == ("points", "forecast", 2e9, 0.7)


def test_two_tables_on_one_pair_of_axes_are_both_told(ax):
    plot.plot_scores(scores()[:2], hue="task", ax=ax)
    plot.plot_scores(scores()[2:], hue="task", ax=ax)
    plot.describe(ax, "Other words.")
    assert list(read(ax)["series"]) == ["a", "a", "b", "b"]


def test_curves_tell_their_band_and_the_columns_behind_them(ax):
    data = pd.DataFrame({"g": ["a", "a"], "_at": [1.0, 2.0], "y": [0.1, 0.2], "lo": [0, 0.1], "hi": [1, 1.0]})
    plot.plot_curves(data, x="_at", y="y", hue="g", xlabel="X", ylabel="Y", low="lo", high="hi", ax=ax)
    assert list(read(ax)) == ["series", "kind", "at", "y", "lo", "hi"]
    assert values(read(ax), "series", "kind", "at", "hi") == [("a", "line", 1, 1), ("a", "line", 2, 1)]


def test_a_forest_tells_rows_intervals_and_its_reference(ax):
    data = pd.DataFrame({"what": ["a", "b"], "group": ["g", "h"], "estimate": [1.0, 2.0],
                         "low": [0.5, np.nan], "high": [1.5, np.nan], "n": [10, 20], "aside": [0, 0]})
    plot.plot_forest(data, label="what", hue="group", xlabel="X", reference=1.0, ax=ax)
    table = read(ax)
    assert list(table) == ["series", "kind", "what", "estimate", "low", "high", "n"]
    assert values(table, "series", "kind", "what", "estimate", "low") == [
        ("g", "points", "a", 1, 0.5), ("h", "points", "b", 2, None), (None, "reference", None, 1, None)]


@pytest.mark.parametrize(("cells", "named", "columns"), [
    ([[True, False]], False, ["kind", "row", "column", "value"]),
    ([[0.5, np.nan]], True, ["kind", "model", "step", "value"]),
])
def test_a_grid_tells_every_cell(ax, cells, named, columns):
    table = pd.DataFrame(cells, index=pd.Index(["r"], name="model" if named else None),
                         columns=pd.Index(["one\nline", "two"], name="step" if named else None))
    plot.plot_matrix(table, ax=ax)
    assert list(read(ax)) == columns
    assert len(read(ax)) == 2
    assert csv_text(read(ax)).splitlines()[1].startswith("cell,r,one line,")


def test_a_column_that_the_table_lacks_is_refused(ax):
    with pytest.raises(UnknownNameError, match="Unknown column 'size'"):
        plot.describe(ax, "Text.", data=pd.DataFrame({"value": [1]}), x="size", y="value")


# ---- as a file


@pytest.mark.parametrize(("value", "text"), [
    (1.0, "1"), (2000, "2000"), (175_000_000_000.0, "175000000000"), (3.14e23, "3.14e+23"),
    (1 / 3, "0.33333"), (-0.0, "0"), (1.23456789e-7, "1.2346e-07"), (np.nan, ""), (None, ""),
    (np.inf, "inf"), (True, "True"),
    (np.float64(2.5), "2.5"), (np.int64(3), "3"), ("two\nlines", "two lines"), ("a, b", '"a, b"'),
])
def test_cells_of_the_file(value, text):
    assert csv_text(pd.DataFrame({"v": pd.Series([value], dtype=object), "w": [1]})) == f"v,w\n{text},1\n"


def test_a_shown_figure_carries_its_numbers_and_an_id(ax, shown):
    plot.plot_scores(scores(), hue="task", chance=0.1, ax=ax)
    expected = read(ax)
    plot.show(ax, caption="Two tasks.")
    back = pd.read_csv(io.StringIO(shown[0]["text/csv"]))
    assert list(back) == list(expected)
    assert back["value"].to_numpy() == pytest.approx(expected["value"].to_numpy(dtype=float), rel=1e-5)
    assert list(shown[0]) == ["text/html", "text/plain", "text/csv"]
    assert '" id="fig-' in shown[0]["text/html"]


def test_the_id_follows_the_words_and_not_the_numbers(shown):
    for caption in ("Rise of <em>12.5%</em> in 3 tasks.", "Rise of 99% in 1,024 tasks.", "Fall of 99%."):
        fig, ax = plot.figure()
        ax.plot([1], [len(caption)], "o")
        plot.show(fig, alt="A point.", caption=caption)
    one, two, three = (b["text/html"].split('id="')[1].split('"')[0] for b in shown)
    assert one == two != three


def test_a_figure_without_numbers_offers_none(shown):
    fig, ax = plot.figure()
    ax.text(0.5, 0.5, "words")
    plot.show(fig, alt="Words.")
    assert "text/csv" not in shown[0]
