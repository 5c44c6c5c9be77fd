"""What models are trained on, what laws of loss ask for, and how far one law goes."""

from .figures import plot_models, plot_valleys
from .fits import (
    at_budgets,
    best_ratios,
    constants,
    corpus_misses,
    exponent_gaps,
    exponents,
    fit_recipes,
    other_choices,
    refusals,
    valleys,
)
from .needs import crossing, overspend, placed, ratio_curves, shortfall, token_curves, tokens_for
from .runs import CHINCHILLA_KEPT, Recipe, chinchilla, gadre_losses, lined_up, published, recipes
from .same_loss import effects_by_text
from .stock import FEASIBLE, STOCK, over_stock, stock_needs, stock_table

__all__ = [
    "CHINCHILLA_KEPT", "FEASIBLE", "STOCK", "Recipe", "at_budgets", "best_ratios", "chinchilla",
    "constants", "corpus_misses", "crossing", "effects_by_text", "exponent_gaps", "exponents",
    "fit_recipes", "gadre_losses", "lined_up", "other_choices", "over_stock", "overspend", "placed",
    "plot_models", "plot_valleys", "published", "ratio_curves", "recipes", "refusals", "shortfall",
    "stock_needs", "stock_table", "token_curves", "tokens_for", "valleys",
]
