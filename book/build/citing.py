"""How to cite the book or a chapter of it, from CITATION.cff: as text and as BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import yaml

from emergence_utils.errors import InputError

from .changed import CHANGES
from .parts import checked, read_json

__all__ = ["Citation", "Work", "cite_html", "read_work"]

CITATION = "CITATION.cff"


@dataclass(frozen=True)
class Work:
    """The book as ``CITATION.cff`` describes it.

    Attributes
    ----------
    title, version : str
    authors : tuple of str
        In the form that BibTeX takes: ``Family, Given``, or an organisation in braces.
    edition : str
        Of the results, e.g. ``Fourth edition``; empty where none is named.
    """

    title: str
    version: str
    authors: tuple[str, ...]
    edition: str = ""


@dataclass(frozen=True)
class Citation:
    """One thing to cite: the book, or a chapter of it.

    Attributes
    ----------
    work : Work
    chapter, number : str
        Title and number of the chapter; empty for the book.
    day : date, optional
        Of the results; None where no date is known.
    url : str, optional
        None where the site has no public address.
    """

    work: Work
    chapter: str = ""
    number: str = ""
    day: date | None = None
    url: str | None = None

    def text(self) -> str:
        """One line of plain text.

        Examples
        --------
        >>> Citation(Work("A book", "1.0", ("Doe, Jane",)), "On x", "2", date(2025, 3, 1)).text()
        'Doe, Jane (2025). On x. Chapter 2 of A book, version 1.0, 1 March 2025.'
        """
        who = "; ".join(a.strip("{}") for a in self.work.authors)
        book = f"{', '.join(filter(None, (self.work.title, *self._state())))}."
        number = f"Chapter {self.number} of " if self.number else "In: "
        what = f"{_stopped(self.chapter)} {number}{book}" if self.chapter else book
        year = self.day.year if self.day else "n.d."
        return f"{who} ({year}). {what}" + (f" {self.url}" if self.url else "")

    def _state(self) -> tuple[str, str, str]:
        """Version, edition and day: results move, so a citation has to say which it means."""
        day = f"{self.day.day} {self.day:%B %Y}" if self.day else ""
        return f"version {self.work.version}", self.work.edition.lower(), day

    def bibtex(self) -> str:
        """The entry for a bibliography; its key is made of the year and the first words of the title."""
        title, year = self.chapter or self.work.title, str(self.day.year) if self.day else ""
        state = ", ".join(filter(None, self._state()))
        word = "-".join(re.findall(r"[a-z0-9]+", title.lower())[:8])
        fields = {"author": " and ".join(self.work.authors), "title": f"{{{title}}}",
                  "booktitle": f"{{{self.work.title}}}" if self.chapter else "", "chapter": self.number,
                  "year": year, "note": f"{state[0].upper()}{state[1:]}",
                  "url": self.url or ""}
        lines = "".join(f"  {k} = {{{_escaped(v) if k != 'url' else v}}},\n" for k, v in fields.items() if v)
        kind = "incollection" if self.chapter else "misc"
        return f"@{kind}{{{word}{f'-{year}' if year else ''},\n{lines}}}"


def _stopped(title: str) -> str:
    return title if title.endswith(("?", "!", ".", "…")) else f"{title}."


def _escaped(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", text)


def cite_html(citation: Citation, what: str) -> str:
    """A folded box with the citation as text and as BibTeX; the copy button comes from sphinx-copybutton."""
    text = escape(citation.text())
    if citation.url:
        url = escape(citation.url)
        text = text.replace(url, f'<a href="{url}">{url}</a>')
    return (f'<details class="em-cite" id="how-to-cite"><summary>How to cite this {what}</summary>\n'
            f"<p>{text}</p>\n"
            '<div class="highlight-bibtex notranslate"><div class="highlight"><pre>'
            f"{escape(citation.bibtex(), quote=False)}\n</pre></div></div></details>\n")


def read_work(root: str | Path = ".") -> Work:
    """Read ``CITATION.cff``.

    Raises
    ------
    InputError
        If it is not there, is not valid YAML, or lacks title, version or authors.
    """
    try:
        content = yaml.safe_load((Path(root) / CITATION).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{CITATION} is not there; it must lie in the root of the repository.") from None
    except yaml.YAMLError as error:
        raise InputError(f"{CITATION} is not valid YAML: {' '.join(str(error).split())}.") from None
    top = checked(content, ("title", "version", "authors"), CITATION, more=None)
    authors = tuple(_author(a, n) for n, a in enumerate(top["authors"], 1))
    editions = read_json(Path(root), CHANGES)["editions"] if (Path(root) / CHANGES).exists() else []
    edition = str(editions[-1]["title"]).partition(":")[0] if editions else ""
    return Work(str(top["title"]), str(top["version"]), authors, edition)


def _author(item: Any, number: int) -> str:
    where = f"{CITATION}, author {number}"
    if isinstance(item, dict) and "name" in item:
        return f"{{{item['name']}}}"
    person = checked(item, ("family-names", "given-names"), where, more=None)
    return f"{person['family-names']}, {person['given-names']}"
