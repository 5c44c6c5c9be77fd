"""Two-stage forecast, slice and sandwich, ends of ladders, least compute."""

import math

import numpy as np
import pandas as pd
import pytest

from emergence_utils.chapters import open_claims as oc
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.laws import LossLaw

# ---- two stages


def ladder_rows(sizes, ratio=20.0):
    """Rows of one task whose accuracy is a known function of its loss."""
    rows = []
    for params in sizes:
        for factor in (1, 5):
            tokens = ratio * factor * params
            loss = float(LossLaw(8.0, 60.0, 0.4, 0.15, 0.15)(params, tokens))
            accuracy = 0.25 + 0.75 / (1 + np.exp(3 * (loss - 2.4)))
            for metric, value in (("bits_per_byte", loss), ("multiple_choice_grade_norm", accuracy)):
                rows += [{"task": "toy", "model": f"{params / 1e6:.0f}M-{factor}x", "params": params,
                          "tokens": tokens * part, "metric": metric, "value": value if part == 1 else 9.0,
                          "n_examples": 1000.0, "subset": None} for part in (0.5, 1)]
    return pd.DataFrame(rows)


def test_final_runs_keep_the_last_checkpoint_and_the_test_split():
    table = ladder_rows([1e8])
    both = pd.concat([table.assign(subset="test"), table.assign(subset="val", value=0.0)])
    found = oc.final_runs(both)
    assert len(found) == 2
    assert (found["accuracy"] > 0.25).all() and (found["loss"] < 9).all()
    assert found["flops"].tolist() == (6 * found["params"] * found["tokens"]).tolist()


def test_parts_of_mmlu_are_pooled_by_items():
    table = ladder_rows([1e8])
    parts = pd.concat([table.assign(task="mmlu_stem", value=0.2, n_examples=100.0),
                       table.assign(task="mmlu_other", value=0.5, n_examples=300.0)])
    found = oc.final_runs(parts)
    assert set(found["task"]) == {"mmlu"}
    assert found["accuracy"].tolist() == pytest.approx([0.425, 0.425])
    assert found["n_examples"].tolist() == [400, 400]


def test_two_stages_predict_a_ladder_made_that_way():
    runs = oc.final_runs(ladder_rows([1e8, 2e8, 4e8, 8e8, 1e10]))
    told = oc.forecast_targets(runs, train=r"(100|200|400|800)M-.*", targets=("10000M-5x",))
    assert told["miss_two_stage"].abs().max() < 0.03
    assert told["miss_no_change"].item() < -0.05
    assert told["miss_second_stage"].abs().max() < 0.02
    assert told["low"].item() < told["accuracy"].item() < told["high"].item()


def test_no_change_is_the_score_of_the_run_with_most_compute():
    runs = oc.final_runs(ladder_rows([1e8, 2e8, 4e8, 8e8]))
    told = oc.forecast_task(runs, runs.tail(1))
    assert told["no_change"].item() == runs.loc[runs["flops"].idxmax(), "accuracy"]


def test_forecasts_refuse_unknown_models_and_too_few_runs():
    runs = oc.final_runs(ladder_rows([1e8, 2e8, 4e8]))
    with pytest.raises(UnknownNameError, match="Unknown model 'x'"):
        oc.forecast_targets(runs, train=".*", targets=("x",))
    with pytest.raises(InputError, match="no run is named like train='z'"):
        oc.forecast_targets(runs, train="z", targets=("100M-1x",))
    with pytest.raises(InputError, match="at least six runs to learn from, got 5"):
        oc.forecast_targets(runs, train=".*", targets=("100M-1x",))
    with pytest.raises(UnknownNameError, match="Unknown column"):
        oc.final_runs(pd.DataFrame({"task": ["a"]}))
    two = pd.concat([ladder_rows([1e8]).assign(prompting=way) for way in ("rc 5-shot", "mc 5-shot")])
    with pytest.raises(InputError, match="one prompting, the table has rc 5-shot, mc 5-shot"):
        oc.final_runs(two)


# ---- slice and sandwich


@pytest.fixture
def soft():
    """Brier scores that fall in a line, accuracy a line of them."""
    x = np.linspace(20, 22, 12)
    brier = np.column_stack([0.9 - 0.1 * (x - 20) - 0.02 * (5 - g) for g in range(6)])
    return x, brier, 1.2 - brier.mean(axis=1)


def test_straight_scores_are_carried_on_straight(soft):
    x, brier, accuracy = soft
    told = oc.sandwich_forecast(x, brier, accuracy, [23.0], rules=oc.SandwichRules(1, 1, 3))
    slope = (accuracy[-1] - accuracy[0]) / 2
    assert told == pytest.approx([accuracy[-1] + slope])


def test_forecasts_stay_between_zero_and_one(soft):
    assert oc.sandwich_forecast(*soft, [99.0], rules=oc.SandwichRules(1, 1, 2)).tolist() == [1.0]


@pytest.mark.parametrize(("rules", "message"), [
    ({"easy_degree": 0}, "easy_degree must be a whole number of at least 1, got 0"),
    ({"ends": 1.5}, "ends must be a whole number of at least 1, got 1.5"),
])
def test_rules_are_whole_numbers(rules, message):
    with pytest.raises(InputError, match=message):
        oc.SandwichRules(**rules)


def test_sandwich_refuses_shapes_that_do_not_fit(soft):
    x, brier, accuracy = soft
    with pytest.raises(InputError, match="at least 8 groups"):
        oc.sandwich_forecast(x, brier, accuracy, [23.0], rules=oc.SandwichRules(1, 1, 4))
    with pytest.raises(InputError, match="need at least 14 models, got 12"):
        oc.sandwich_forecast(x, brier, accuracy, [23.0], rules=oc.SandwichRules(12, 1, 3))
    with pytest.raises(InputError, match=r"accuracy must differ between models.*all 12 are 0\.3"):
        oc.sandwich_forecast(x, brier, np.full(12, 0.3), [23.0], rules=oc.SandwichRules(1, 1, 3))


def test_logistic_forecast_continues_a_logistic_rise():
    x = np.linspace(20, 23, 8)
    rise = 0.25 + 0.75 / (1 + np.exp(-2 * (x - 22)))
    assert oc.logistic_forecast(x[:6], rise[:6], 10_000, 0.25, x[6:]) == pytest.approx(rise[6:], abs=0.01)


def soft_table():
    x = np.linspace(20, 23, 16)
    accuracy = 0.26 + 0.02 * (x - 20) + np.clip(0.3 * (x - 21.5), 0, 1)
    rows = []
    for i, (flops, acc) in enumerate(zip(10**x, accuracy, strict=True)):
        common = {"model": f"m{i}", "train_flops": flops, "n_examples": 1000.0, "chance": 0.25}
        rows.append(common | {"metric": "multiple_choice_grade", "subset": None, "value": round(acc, 3)})
        rows += [common | {"metric": "brier_target", "subset": f"group_{g:02d}", "value": 1.0 - acc}
                 for g in range(1, 5)]
    return pd.DataFrame(rows)


def test_sweep_reports_every_choice_beside_two_rivals():
    out = oc.sweep(soft_table(), 10**21.5, [oc.SandwichRules(1, 1, 2), oc.SandwichRules(2, 1, 1)])
    assert len(out) == 2
    assert out["below"].tolist() == [8, 8] and out["above"].tolist() == [8, 8]
    naive = out[["logistic", "no_change"]].min(axis=1)
    assert out["wins"].tolist() == (out["error"] < naive).tolist()
    with pytest.raises(InputError, match="models on both sides"):
        oc.sweep(soft_table(), 1e30, [oc.SandwichRules()])


# ---- ends of ladders


def ladder(scores, n=2000, chance=0.25, task="t"):
    return pd.DataFrame({"task": task, "params": np.logspace(8, 8 + len(scores) - 1, len(scores)),
                         "value": scores, "n_examples": float(n), "chance": chance})


@pytest.mark.parametrize(("scores", "flags"), [
    ([0.25, 0.25, 0.24, 0.25], {"at_chance"}),
    ([0.25, 0.40, 0.60, 0.45], {"falls", "rises"}),
    ([0.25, 0.30, 0.45, 0.60], {"rises"}),
    ([0.25, 0.40, 0.60, 0.575], {"rises", "plateau"}),
    ([0.25, 0.60, 0.97, 0.96], {"rises"}),  # at the ceiling
])
def test_how_a_ladder_ends(scores, flags):
    row = oc.ladder_ends(ladder(scores), x="params", by=["task"]).iloc[0]
    assert {f for f in ("at_chance", "falls", "plateau", "rises") if row[f]} == flags
    assert row["top"] == scores[-1]


def test_few_items_make_no_fall():
    small = oc.ladder_ends(ladder([0.25, 0.40, 0.60, 0.45], n=40), x="params", by=["task"])
    assert not small["falls"].item()


def test_short_ladders_are_left_out_and_missing_columns_named():
    both = pd.concat([ladder([0.3, 0.4, 0.5], task="short"), ladder([0.3, 0.4, 0.5, 0.6])])
    assert oc.ladder_ends(both, x="params", by=["task"])["task"].tolist() == ["t"]
    with pytest.raises(InputError, match="no ladder has four models"):
        oc.ladder_ends(ladder([0.3, 0.4]), x="params", by=["task"])
    with pytest.raises(UnknownNameError, match="Unknown column 'family'"):
        oc.ladder_ends(both, x="params", by=["family"])


# ---- least compute


def models():
    return pd.DataFrame({"family": ["a", "a", "b", "c"], "model": ["a1", "a2", "b1", "c1"],
                         "params": [1e9, 2e9, 3e9, 4e9], "train_flops": [1e21, 2e21, 5e21, math.nan],
                         "value": [0.5, 0.6, 0.7, 0.9]})


@pytest.mark.parametrize(("level", "model", "least", "without"), [
    (0.5, "a1", 1e21, 5e21), (0.55, "a2", 2e21, 5e21)])
def test_least_compute_names_the_first_model_and_the_next_family(level, model, least, without):
    found = oc.least_compute(models(), level)
    assert (found.model, found.estimate, found.without, found.n) == (model, least, without, 3)
    assert found.interval is None and found.notes


@pytest.mark.parametrize(("level", "families"), [(0.65, 1), (0.95, 0)])
def test_least_compute_needs_two_families(level, families):
    with pytest.raises(InputError, match=f"at least two families, got {families}"):
        oc.least_compute(models(), level)


# ---- what the forecasts are worth


def told(miss, rivals=(0.1, 0.2, 0.3), half=0.02):
    """Forecasts of two tasks at one target, with the given misses of the two-stage forecast."""
    rows = pd.DataFrame({"task": ["a", "b"], "model": "big", "n_examples": 1000.0, "accuracy": 0.5,
                         "low": 0.5 - half, "high": 0.5 + half})
    misses = dict(zip(oc.RIVALS, rivals, strict=True)) | {"two_stage": np.array(miss), "second_stage": 0.01}
    for key, value in misses.items():
        rows[key], rows[f"miss_{key}"] = 0.5 + value, value
    return rows


def test_a_task_is_answered_if_within_noise_and_closer_than_every_rival():
    spread = pd.Series({"a": 0.0, "b": 0.0})
    table = oc.answered(told([0.01, -0.05]), spread)
    assert table[["within", "closer", "answered"]].to_numpy().tolist() == [[True] * 3, [False, True, False]]
    share = table.attrs["share"]
    assert (share.estimate, share.n) == (0.5, 2)
    assert not oc.answered(told([0.01, 0.01], rivals=(0.005, 0.2, 0.3)), spread)["closer"].any()


def test_the_noise_of_training_counts_beside_that_of_items():
    loose = oc.answered(told([0.05, 0.05]), pd.Series({"a": 0.03, "b": 0.0}))
    assert loose["within"].tolist() == [True, False]  # 1.96 * 0.03 reaches 0.05
    with pytest.raises(InputError, match="spread must have every task, it lacks b"):
        oc.answered(told([0.0, 0.0]), pd.Series({"a": 0.1}))


def test_errors_and_leads_are_in_points():
    errors = oc.forecast_errors(told([0.01, -0.03])).set_index("forecast")
    assert errors.loc["two stages", "mean_error"] == pytest.approx(2.0)
    assert errors.loc["two stages", "within"] == 0.5
    leads = oc.leads(told([0.01, -0.03]))
    assert {k: round(r.estimate, 6) for k, r in leads.items()} == {"line": 8.0, "logistic": 18.0,
                                                                   "no_change": 28.0}
    assert leads["line"].interval.low == pytest.approx(7.0)


def test_spread_between_two_trainings_is_half_the_squared_difference():
    runs = pd.DataFrame({"task": "t", "model": ["a", "a-rerun", "b", "b-rerun", "c"],
                         "accuracy": [0.5, 0.52, 0.4, 0.4, 0.9]})
    assert oc.rerun_spread(runs)["t"] == pytest.approx(np.sqrt((0.02**2 / 2 + 0) / 2))
    with pytest.raises(InputError, match="no run is named with '-again' at its end"):
        oc.rerun_spread(runs, "-again")


def test_share_of_small_runs_at_chance():
    runs = pd.DataFrame({"task": ["t", "t", "u", "u"], "model": ["s1", "s2", "s1", "L"],
                         "accuracy": [0.25, 0.40, 0.25, 0.9], "n_examples": 1000.0, "chance": 0.25})
    assert oc.at_chance(runs, r"s\d").to_dict() == {"t": 0.5, "u": 1.0}
    with pytest.raises(InputError, match="no run is named like train='z'"):
        oc.at_chance(runs, "z")


def test_rows_of_a_figure_hold_what_was_seen_and_what_was_told():
    runs = oc.final_runs(ladder_rows([1e8, 2e8, 4e8, 8e8, 1e10]).assign(chance=0.25))
    assert set(runs["chance"]) == {0.25}
    train, big = r"(100|200|400|800)M-.*", "10000M-5x"
    forecasts = oc.forecast_targets(runs, train=train, targets=(big,))
    rows = oc.task_rows(runs, forecasts, "toy", train)
    sizes = {"small runs": 8} | dict.fromkeys(oc.FORECASTERS.values(), 1)
    assert rows.groupby("kind").size().to_dict() == sizes
    goal = rows[rows["kind"] == "two stages"].iloc[0]
    assert goal["train_flops"] == runs.loc[runs["model"] == big, "flops"].item()
    assert goal["value"] == forecasts["two_stage"].item()
    with pytest.raises(UnknownNameError, match="Unknown task 'toys'"):
        oc.task_rows(runs, forecasts, "toys", train)
    bars = oc.forecast_rows(forecasts, big)
    assert bars["kind"].tolist() == ["observed", *list(oc.FORECASTERS.values())[:3]]
    assert bars["low"].notna().tolist() == [True, False, False, False]
    with pytest.raises(InputError, match="no forecasts of x"):
        oc.forecast_rows(forecasts, "x")


# ---- tables for the figures


def test_all_tasks_with_a_threshold_are_swept_and_drawn_as_rows():
    published = oc.SandwichRules(1, 1, 2)
    table = pd.concat([soft_table().assign(task="mmlu"), soft_table().assign(task="unheard of")])
    swept = oc.sweep_tasks(table, [published, oc.SandwichRules(2, 1, 1)])
    assert swept["task"].tolist() == ["mmlu", "mmlu"]
    assert oc.published_wins(swept, published).to_dict() == {"mmlu": swept["wins"].iloc[0]}
    rows = oc.sweep_rows(swept, published).set_index("kind")
    assert rows.loc["published choice", "estimate"] == pytest.approx(100 * swept["error"].iloc[0])
    assert rows.loc["sandwich: all choices", "high"] == pytest.approx(100 * swept["error"].max())
    assert rows.loc["sandwich: all choices", "estimate"] == pytest.approx(100 * swept["error"].median())
    assert rows["low"].notna().sum() == 1
    with pytest.raises(InputError, match="is none of those that were swept"):
        oc.sweep_rows(swept, oc.SandwichRules(3, 3, 3))
    with pytest.raises(InputError, match="no task of the table has a published threshold"):
        oc.sweep_tasks(table.assign(task="x"), [published])


# ---- clear ends, smaller models, same outputs


@pytest.mark.parametrize(("scores", "stays", "falls"), [
    ([0.25, 0.25, 0.24, 0.25], True, False),
    ([0.25, 0.40, 0.60, 0.45], False, True),
    ([0.25, 0.25, 0.29, 0.20], True, False),  # a fall from chance is no fall of an ability
    ([0.25, 0.30, 0.45, 0.60], False, False),
])
def test_clear_ends(scores, stays, falls):
    row = oc.clear_ends(ladder(scores, n=5000), by=["task"]).iloc[0]
    assert (row["stays"], row["rises_and_falls"]) == (stays, falls)


def test_a_small_test_makes_no_clear_end():
    both = pd.concat([ladder([0.25] * 4, task="large"), ladder([0.25] * 4, n=300, task="small")])
    assert oc.clear_ends(both, by=["task"])["task"].tolist() == ["large"]
    assert not oc.clear_ends(both, by=["task"], min_items=1, material=0.01)["stays"].any()


def test_a_lead_is_the_lower_end_of_the_difference():
    rows = pd.DataFrame({"v": [0.6, 0.5, math.nan], "n": 1000.0, "r": 0.5, "m": 1000.0})
    lead = oc.beats(rows, "v", "n", "r", "m")["lead"]
    assert lead.tolist() == pytest.approx([0.0565, -0.0437], abs=5e-4)


def test_smaller_models_that_surely_do_better():
    def scored(task, values, prompting="x"):
        return pd.DataFrame({"task": task, "prompting": prompting, "family": ["a", "b", "c"],
                             "model": ["o/a", "o/b", "o/c"], "params": [1e9, 2e9, 9e11],
                             "train_flops": [1e20, 4e20, 1e19], "n_examples": 2000.0, "value": values})
    scores = pd.concat([scored("addition_3_digit", [0.3, 0.4, 0.9]), scored("mmlu", [0.5, 0.3, 0.9]),
                        scored("gsm8k", [0.2, 0.3, 0.9], "chain-of-thought (flexible)"),
                        scored("gsm8k", [0.19, 0.2, 0.1], "direct (flexible)")])
    gpt3 = pd.DataFrame({"task": ["addition_3_digit"], "value": [0.1], "n_examples": [2000.0]})
    table1 = pd.DataFrame({"ability": ["Addition/subtraction (3 digit)", "MMLU (57 topic avg.)",
                                       "Chain-of-thought: math word problems"],
                           "train_flops": 2e22, "params": 1e10})
    found = oc.smaller_models(scores, gpt3, table1).set_index("ability")
    sums = found.loc["3-digit sums"]
    assert (sums["model"], sums["times_smaller"], sums["times_less"], sums["without_family"]) == (
        "a", 10.0, 200.0, 50.0)
    assert found["reached"].tolist() == [True, False, False]  # the others hang on one family


def test_same_outputs_under_two_scores():
    def rows(metric, values, family):
        return ladder(values, task="t").assign(metric=metric, family=family, subset=None)
    late, early = [0.25, 0.26, 0.27, 0.28, 0.9], [0.25, 0.4, 0.55, 0.7, 0.9]
    hard, soft = "multiple_choice_grade", "brier_target"
    table = pd.concat([rows(hard, late, "A"), rows(soft, 1 - np.array(early), "A"),
                       rows(hard, early, "B"), rows(soft, 1 - np.array(late), "B"),
                       rows(hard, [0.25] * 5, "C"), rows(soft, early, "C")])
    told, share = oc.more_abrupt(table)
    assert told.set_index("family")["larger"].to_dict() == {"A": True, "B": False}
    assert (share.estimate, share.n, told.attrs["cannot_tell"]) == (0.5, 2, 0)
