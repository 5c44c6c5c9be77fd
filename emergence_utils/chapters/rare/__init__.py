"""Chapter 9: what ten thousand tries a problem show where one try shows nothing."""

from .answers import FORECASTS, answer_ladder, forecast_rates, likelihood_errors
from .figures import plot_rates
from .growth import growth_gap, predicted_scores, smooth_growth
from .mixture import mean_rate, mixture, shrunk_rates
from .onset import forecast_onsets, onset_results
from .steps import real_steps
from .training import along_training, rise_and_fall, stopped_samples, stopping_bias
from .tries import chance_of_zero, changed_problems, half_solved, one_try, rates, solved, spread_of_rates
from .warn import problem_fates, tries_before

__all__ = [
    "FORECASTS", "along_training", "answer_ladder", "chance_of_zero", "changed_problems", "forecast_onsets",
    "forecast_rates", "growth_gap", "half_solved", "likelihood_errors", "mean_rate", "mixture", "one_try",
    "onset_results", "plot_rates", "predicted_scores", "problem_fates", "rates", "real_steps",
    "rise_and_fall", "shrunk_rates", "smooth_growth", "solved", "spread_of_rates", "stopped_samples",
    "stopping_bias", "tries_before",
]
