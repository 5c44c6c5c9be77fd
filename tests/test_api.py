"""The public names: what a reader may import, that each is described, and what importing costs."""

import inspect
import subprocess
import sys
from importlib import import_module

import pytest

API = {
    "emergence_utils": [
        "EmergenceError", "InputError", "Interval", "Result", "SchemaError", "UnknownNameError",
        "axes", "chains", "curves", "datasets", "density", "emergence", "explore",
        "intervals", "metrics", "plotting", "prompting", "report", "simulate", "ushape",
        "validate_scores",
    ],
    "emergence_utils.axes": [
        "FAMILIES", "Rise", "SCALES", "as_if_straight", "breaks", "carry_on", "common_brackets",
        "count_breaks", "explained", "first_above", "flat_part", "flat_slopes", "gaps",
        "item_noise", "jeffreys", "log_error", "one_row_each", "place", "race", "rate_exponent",
        "redrawn_breaks", "size_effect", "size_ratios", "slope_power", "spacing", "spike",
        "steepest", "sweep_breaks", "winners", "with_loss",
    ],
    "emergence_utils.chains": [
        "CHAIN_PAIRS", "ChainFits", "KINDS", "LADDER_SOURCES", "LINKS", "MatchedPairs",
        "SKILL_ORDER", "as_steps", "chain_exponent", "chain_success", "compare_averages",
        "decade_ahead", "excess", "fit_chains", "forecast_held_out", "hard_soft",
        "jumps_of_emergent", "ladders", "latent_threshold", "learnable", "matched_difference",
        "open_chains", "order_violations", "ordered_pairs", "plot_average", "plot_groups",
        "plot_long_short", "scattered_steps", "shape", "share_passing", "skills", "step_power",
        "step_success_needed", "step_table", "symbolic_chains", "task_grid", "width_ratio",
        "with_steps",
    ],
    "emergence_utils.curves": [
        "BrokenPowerLaw", "Constant", "Curve", "Exponential", "Fit", "Forecast", "Gompertz", "Isotonic",
        "Line", "Logistic", "Monotone", "PowerLaw", "SaturatingExponential", "Segmented", "Step", "compare",
        "fit", "fit_many", "forecast", "power_exponent",
    ],
    "emergence_utils.datasets": ["Card", "cite", "describe", "list_datasets", "load", "with_chance"],
    "emergence_utils.density": [
        "CURVES", "DipTest", "FlatForecast", "NULLS", "NullCounts", "Outlook", "Thinned",
        "across_gaps", "chance_cut", "compute", "decline", "dense_part", "dip", "dip_test",
        "doublings", "exponent", "exponents", "fit_loss", "flat_forecast", "flat_part",
        "flat_slope", "forecast_all", "items_for_slope", "items_for_step", "null_counts",
        "one_more", "predict_loss", "repeats", "resolvable_sizes", "steepest", "summarise",
        "surviving",
    ],
    "emergence_utils.emergence": [
        "DEFINITIONS", "Extrapolation", "JumpTest", "Pattern", "Presence", "Rules", "Verdicts",
        "above_chance", "agreement", "bimodality", "breakthroughness", "by_items",
        "by_smallest_model", "contrast_metrics", "define", "define_all", "extrapolate",
        "jump_power", "jump_test", "kink", "largest_jump", "lead", "linearity", "onset",
        "onset_surprise", "partial_r2", "presence", "presence_all", "r_squared", "rise_width",
        "spearman", "sweep_rules", "variance_inflation", "width_ratio",
    ],
    "emergence_utils.errors": [
        "EmergenceError", "InputError", "SchemaError", "UnknownNameError", "nearest",
    ],
    "emergence_utils.explore": [
        "CHAINS", "COLOURS", "Explorer", "Knob", "Ladder", "RealChain", "SHAPES", "axis", "chain",
        "cot", "density", "explorer_html", "items", "landing", "metric", "show", "smallest",
        "ushape",
    ],
    "emergence_utils.intervals": [
        "binomial", "binomial_bounds", "bootstrap", "clustered", "items_needed", "paired",
        "resampled_rows", "rule_of_three", "standard_error", "two_proportions",
    ],
    "emergence_utils.metrics": [
        "Metric", "answer_probability", "bits_per_byte", "bleu", "brier_multiclass",
        "brier_target", "chance_level", "choice_probabilities", "corpus_bleu", "exact_match",
        "f1", "get_metric", "list_metrics", "log_prob_per_byte", "log_prob_per_token",
        "multiple_choice_grade", "pass_at_k", "pass_until", "token_accuracy",
        "token_edit_distance",
    ],
    "emergence_utils.plotting": [
        "AXIS_LABELS", "GRID", "INK", "MARKERS", "MUTED", "PALETTE", "alt_text", "describe",
        "figure", "figure_data", "figure_html", "legend_above", "plot_curves", "plot_forest",
        "plot_matrix", "plot_scores", "short_number", "show", "theme",
    ],
    "emergence_utils.prompting": [
        "ChainFit", "Crossover", "chain_crossing", "chain_score", "crossing_gap", "crossover",
        "crossover_all", "differences", "effective_steps", "fit_chain", "plot_crossings",
        "plot_differences", "plot_plane", "plot_rates", "plot_signs", "sign_flips", "step_rate",
    ],
    "emergence_utils.report": [
        "MIME", "VERDICTS", "Verdict", "collect", "count", "ledger", "mismatches", "say", "table",
        "update_ledger", "verdict",
    ],
    "emergence_utils.results": ["Interval", "Result", "Status"],
    "emergence_utils.schema": ["COLUMNS", "Column", "KEY", "validate_scores"],
    "emergence_utils.simulate": [
        "argmax_accuracy", "branching_survival", "chain_accuracy", "half_accuracy_scale",
        "rise_width", "scaling_loss", "steepest_slope",
    ],
    "emergence_utils.site": [
        "build", "card_page", "cards_index", "ledger_page", "score_block", "write_pages",
        "writeup_pages",
    ],
    "emergence_utils.ushape": [
        "CURVES", "Distractor", "LindMehlum", "METRICS", "NULLS", "Smooth", "Smoother",
        "TwoLines", "call_rates", "calls_below_threshold", "calls_by_luck", "calls_upturn",
        "found_shapes", "holm", "item_thirds", "ladder", "lind_mehlum", "lind_mehlum_many",
        "plot_rates", "plot_two_lines", "rejection_rates", "selection_rates", "simulate_curve",
        "sorted_groups", "stored_calibration", "two_lines", "u_tests",
    ],
}


@pytest.mark.parametrize("module", API)
def test_public_names_are_these(module):
    assert sorted(import_module(module).__all__) == API[module]


@pytest.mark.parametrize("module", API)
def test_every_public_name_is_described(module):
    loaded = import_module(module)
    assert inspect.getdoc(loaded), module
    for name in loaded.__all__:
        thing = getattr(loaded, name)
        if not (inspect.isclass(thing) or inspect.isroutine(thing) or inspect.ismodule(thing)):
            continue  # constants and type aliases are described where they are set
        text = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
        assert text and text.strip(), f"{module}.{name}"
        assert not text.startswith(f"{name}("), f"{module}.{name} has only the text that dataclass makes"


@pytest.mark.parametrize("module", API)
def test_names_of_a_package_are_those_of_its_parts(module):
    """`dir` and `from ... import *` offer them too, also where submodules load late."""
    space = {}
    exec(f"from {module} import *", space)
    assert set(API[module]) <= set(space)
    assert set(API[module]) <= set(dir(import_module(module)))


def test_unknown_attribute_is_refused_as_usual():
    with pytest.raises(AttributeError, match="module 'emergence_utils' has no attribute 'plots'"):
        import_module("emergence_utils").plots  # noqa: B018


@pytest.mark.parametrize("statement", [
    "import emergence_utils", "from emergence_utils import Result, InputError",
    "from emergence_utils import datasets",
])
def test_importing_loads_nothing_heavier_than_pandas(statement):
    heavy = ["scipy", "matplotlib", "seaborn", "IPython", "sacrebleu"]
    code = (f"{statement}; import sys; "
            f"print([m for m in {heavy} if m in sys.modules], 'pandas' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"
