"""The static site: pages made from files, the build, and what is done to the built pages."""

from .pages import card_page, cards_index, ledger_page, write_pages
from .parts import score_block
from .site import build
from .writeups import writeup_pages

__all__ = ["build", "card_page", "cards_index", "ledger_page", "score_block", "write_pages", "writeup_pages"]
