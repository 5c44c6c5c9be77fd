"""Measures of one ladder of models: presence, jump, kink, shape, and the definitions of emergence."""
