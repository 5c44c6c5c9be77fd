"""What may be set in a run: the size of a model and how it is trained. Needs nothing but Python."""

from __future__ import annotations

from dataclasses import dataclass

from .._typed import check_settings
from ..errors import InputError

__all__ = ["Settings", "Size"]


@dataclass(frozen=True)
class Size:
    """Shape of a decoder.

    Parameters
    ----------
    width : int
        Numbers per token that flow through the model.
    heads : int
        Attention heads; must divide `width`.
    layers : int
    hidden : int
        Width of the inner layer of each block, in multiples of `width`.

    Raises
    ------
    InputError
        Where a number is below 1, or `heads` does not divide `width`.

    Examples
    --------
    >>> Size(10, heads=4)
    Traceback (most recent call last):
        ...
    emergence_utils.errors.InputError: heads must divide width, got 4 heads for width 10.
    """

    width: int
    heads: int = 2
    layers: int = 2
    hidden: int = 4

    def __post_init__(self) -> None:
        check_settings(self)
        for name in ("width", "heads", "layers", "hidden"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} must be at least 1, got {getattr(self, name)}.")
        if self.width % self.heads:
            raise InputError(f"heads must divide width, got {self.heads} heads for width {self.width}.")

    @property
    def name(self) -> str:
        """Short name, used in files and as ``model``."""
        inner = "" if self.hidden == 4 else f"-x{self.hidden}"
        return f"d{self.width}-h{self.heads}-l{self.layers}{inner}"


@dataclass(frozen=True)
class Settings:
    """How every model of a ladder is trained: the same for all sizes.

    Parameters
    ----------
    steps : int
        Optimiser steps.
    batch : int
        Questions a step.
    learning_rate : float
        Peak, after a linear warm-up, before a cosine down to a tenth.
    warmup : int
        Steps of the warm-up.
    weight_decay : float
        Decoupled, per step times the learning rate; matrices only.
    clip : float
        Largest norm of a gradient.
    positions : str
        ``learned`` or ``rotary``.
    tied : bool
        One matrix reads tokens in and out.
    checkpoints : int
        Times the model is tested while training, evenly spaced in the logarithm of the step.
    items : int
        Test questions of each part; 0 for the task's own number.
    """

    steps: int = 1500
    batch: int = 256
    learning_rate: float = 3e-3
    warmup: int = 100
    weight_decay: float = 0.01
    clip: float = 1.0
    positions: str = "learned"
    tied: bool = False
    checkpoints: int = 10
    items: int = 0

    def __post_init__(self) -> None:
        check_settings(self)
        for name, least in (("steps", 1), ("batch", 1), ("warmup", 0), ("checkpoints", 1), ("items", 0)):
            if getattr(self, name) < least:
                raise InputError(f"{name} must be at least {least}, got {getattr(self, name)}.")
        for name in ("learning_rate", "clip"):
            if not 0 < getattr(self, name) < float("inf"):
                raise InputError(f"{name} must be above 0 and finite, got {getattr(self, name):g}.")
        if not 0 <= self.weight_decay < float("inf"):
            raise InputError(f"weight_decay must be at least 0 and finite, got {self.weight_decay:g}.")
        if self.positions not in ("learned", "rotary"):
            raise InputError(f"positions must be 'learned' or 'rotary', got {self.positions!r}.")
