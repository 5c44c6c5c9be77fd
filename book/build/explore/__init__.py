"""The explorer of everything: every curve of the score tables, with its verdict, on one page."""

from .address import address

__all__ = ["address"]
