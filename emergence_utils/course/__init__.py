"""Checks of the exercises: `check` says what is wrong with an answer, and not what is right."""

from .answers import Answer, Feedback, Guess, Labels, Number, OwnLadder, Word
from .checking import check, exercises

__all__ = ["Answer", "Feedback", "Guess", "Labels", "Number", "OwnLadder", "Word", "check", "exercises"]
