"""Sphinx extension: words of the glossary explain themselves where they are used.

A page's first use of a glossary term in running text becomes a link to the glossary, as the role
``{term}`` makes by hand. The definitions go into one small script file, which ``book.js`` loads when
a reader first points at such a link; without scripts the links simply lead to the glossary.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

__all__ = ["COMMON", "setup", "spellings", "split_at_terms"]

GLOSSARY = "book/glossary"
#: Terms that stand on nearly every page: linked only where the author does it with {term}.
COMMON = frozenset({"ability", "metric", "mirage", "operand", "parameters", "resolution", "scale", "task",
                    "tokens"})
#: Pages whose running text is searched; the ledger and the lists of the reference part are not.
_PAGES = re.compile(r"notebooks/|book/index$|book/writeups/|book/data/(?!index)")
_NO_PLACE = (nodes.title, nodes.rubric, nodes.caption, nodes.legend, nodes.reference, nodes.literal,
             nodes.literal_block, nodes.raw, nodes.math, nodes.table, nodes.strong, nodes.footnote,
             nodes.term)
_QUIET = {"em-verdict", "em-facts", "bibtex-citation", "em-badge"}


def spellings(term: str) -> set[str]:
    """A term as it may stand in a text: singular and plural, also at the start of a sentence.

    Examples
    --------
    >>> sorted(spellings("emergent ability"))
    ['Emergent abilities', 'Emergent ability', 'emergent abilities', 'emergent ability']
    """
    if term.endswith(("sis", "ness", "us")) or not term.replace(" ", "").replace("-", "").isalpha():
        forms = {term}
    elif term.endswith("s"):
        forms = {term, term[:-1]}
    elif re.search(r"[^aeiou]y$", term):
        forms = {term, term[:-1] + "ies"}
    else:
        forms = {term, term + "s"}
    return forms | {f[0].upper() + f[1:] for f in forms}


def split_at_terms(text: str, forms: Mapping[str, str], done: set[str]) -> list[tuple[str, str | None]]:
    """Cut `text` at the first use of each term.

    Parameters
    ----------
    text : str
    forms : mapping of str to str
        Spelling to term.
    done : set of str
        Terms that were linked before; those found now are added.

    Returns
    -------
    list of (str, str or None)
        Pieces of `text` in order, each with the term it stands for.

    Examples
    --------
    >>> split_at_terms("A kink, or two kinks.", {"kink": "kink", "kinks": "kink"}, set())
    [('A ', None), ('kink', 'kink'), (', or two kinks.', None)]
    """
    pieces: list[tuple[str, str | None]] = []
    start = 0
    if forms:
        longest_first = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
        for match in re.finditer(rf"(?<![\w@-])(?:{longest_first})(?![\w@]|-\w)", text):
            term = forms[match[0]]
            if term not in done:
                done.add(term)
                pieces += [(text[start:match.start()], None), (match[0], term)]
                start = match.end()
    return [p for p in [*pieces, (text[start:], None)] if p[0]]


def _targets(env: BuildEnvironment) -> dict[str, str]:
    """Terms of the glossary with their anchors."""
    objects = env.get_domain("std").objects  # type: ignore[attr-defined]
    return {name: anchor for (kind, name), (page, anchor) in objects.items()
            if kind == "term" and page == GLOSSARY}


def _definitions(env: BuildEnvironment) -> dict[str, list[str]]:
    """Anchor of each term with its name and its definition in plain text."""
    found = {}
    for item in env.get_doctree(GLOSSARY).findall(nodes.definition_list_item):
        for term in item.findall(nodes.term):
            text = " ".join(p.astext() for d in item.findall(nodes.definition)
                            for p in d.findall(nodes.paragraph))
            for anchor in term["ids"]:
                found[anchor] = [term.astext(), " ".join(text.split())]
    return found


def _link_terms(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    targets = _targets(app.env)
    if docname != GLOSSARY and GLOSSARY not in app.env.found_docs:
        return
    anchors = {f"#{anchor}": term for term, anchor in targets.items()}
    done = set(COMMON)
    for link in doctree.findall(nodes.reference):
        uri = link.get("refuri", "") or f"#{link.get('refid', '')}"
        anchor = uri[uri.find("#"):] if "#" in uri else ""
        if anchor in anchors and ("glossary" in uri or docname == GLOSSARY):
            link["classes"].append("em-term")
            done.add(anchors[anchor])
    if not _PAGES.match(docname):
        return
    forms = {form: term for term in targets if term not in done for form in spellings(term)}
    page = app.builder.get_relative_uri(docname, GLOSSARY)
    for text in list(doctree.findall(nodes.Text)):
        if _is_prose(text):
            pieces = split_at_terms(text.astext(), forms, done)
            if any(term for _, term in pieces):
                text.parent.replace(text, list(_nodes(pieces, page, targets)))


def _is_prose(text: nodes.Text) -> bool:
    """Whether a piece of text stands in a paragraph and in nothing that should stay free of links."""
    node, paragraph = text.parent, False
    while node is not None:
        if isinstance(node, _NO_PLACE) or _QUIET.intersection(node.get("classes", ())):
            return False
        paragraph = paragraph or isinstance(node, nodes.paragraph)
        node = node.parent
    return paragraph


def _nodes(pieces: Iterable[tuple[str, str | None]], page: str,
           targets: Mapping[str, str]) -> Iterable[nodes.Node]:
    for words, term in pieces:
        if term is None:
            yield nodes.Text(words)
        else:
            yield nodes.reference("", words, internal=True, refuri=f"{page}#{targets[term]}",
                                  classes=["em-term"])


def _changed(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Every page, where the glossary has got another term: its links must be set anew."""
    digest = hashlib.sha256(repr(sorted(_targets(env).items())).encode()).hexdigest()
    before, env.em_terms = getattr(env, "em_terms", digest), digest  # type: ignore[attr-defined]
    return [] if digest == before else sorted(env.found_docs)


def _write_definitions(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.name != "html" or GLOSSARY not in app.env.found_docs:
        return
    data = json.dumps(_definitions(app.env), ensure_ascii=False, separators=(",", ":"))
    path = Path(app.outdir) / "_static" / "terms.js"
    path.write_text(f"window.emTerms = {data};\n", encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the build; after other extensions, so that links are there to be left alone."""
    app.connect("env-updated", _changed)
    app.connect("doctree-resolved", _link_terms, priority=800)
    app.connect("build-finished", _write_definitions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
