"""The toolkit's modules and what each builds on, drawn from the code's own import statements."""

from __future__ import annotations

import ast
import hashlib
from html import escape
from pathlib import Path

from emergence_utils.errors import EmergenceError

__all__ = ["imports_block", "layers", "read_imports"]

_PACKAGE = "emergence_utils"
_WIDTH, _ROW, _BOX, _HIGH = 720, 74, 104, 28


def read_imports(root: str | Path = ".") -> dict[str, set[str]]:
    """What each public module of the package imports of the others; private ones are seen through.

    Returns
    -------
    dict of str to set of str
        Names below ``emergence_utils``, a package counted as one module.
    """
    package = Path(root) / _PACKAGE
    found: dict[str, set[str]] = {}
    for file in sorted(package.rglob("*.py")):
        place = file.relative_to(package).with_suffix("").parts
        if place == ("__init__",):
            continue
        own = found.setdefault(place[0], set())
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                up = place[:len(place) - node.level]
                named = [*up, *(node.module or "").split(".")] if node.module else list(up)
                own |= {named[0]} if named else {alias.name for alias in node.names}
    own_names = set(found)
    return {name: _public(name, found) - {name} for name in own_names if not name.startswith("_")}


def _public(name: str, found: dict[str, set[str]]) -> set[str]:
    out: set[str] = set()
    for other in found[name] & set(found) - {name}:
        out |= _public(other, found) if other.startswith("_") else {other}
    return out


def layers(imports: dict[str, set[str]]) -> list[list[str]]:
    """Modules by the longest way down to one that imports nothing; the lowest layer first.

    Raises
    ------
    EmergenceError
        If two modules import each other, however indirectly.
    """
    level: dict[str, int] = {}

    def of(name: str, path: tuple[str, ...]) -> int:
        if name in path:
            raise EmergenceError(f"{_PACKAGE}: {' imports '.join((*path, name))}; accepted are imports that "
                                 "go one way.")
        if name not in level:
            level[name] = 1 + max((of(other, (*path, name)) for other in sorted(imports[name])), default=-1)
        return level[name]

    for name in sorted(imports):
        of(name, ())
    return [sorted(n for n in imports if level[n] == i) for i in range(max(level.values(), default=-1) + 1)]


def imports_block(root: str | Path = ".", before: str = "") -> str:
    """The drawing as MyST Markdown, with its words.

    `before` is what was made the last time: it is right as long as the code is the same, whose parsing takes
    longer than all other pages.
    """
    seen = hashlib.sha256()
    for file in sorted((Path(root) / _PACKAGE).rglob("*.py")):
        seen.update(file.read_bytes())
    stamp = f"% made from {seen.hexdigest()[:16]}\n\n"
    if before.startswith(stamp):
        return before
    imports = read_imports(root)
    rows = layers(imports)[::-1]
    at = {name: (_WIDTH * (i + 0.5) / len(row), 8 + _ROW * j)
          for j, row in enumerate(rows) for i, name in enumerate(row)}
    arrows = [(a, b) for a in sorted(imports) for b in sorted(_direct(a, imports))]
    lines = "".join(
        f'<path d="M{at[a][0]:.0f} {at[a][1] + _HIGH}L{at[b][0]:.0f} {at[b][1] - 3}" fill="none" '
        f'stroke="currentColor" stroke-width="1" opacity=".45" marker-end="url(#em-down)"/>'
        for a, b in arrows)
    boxes = "".join(
        f'<rect x="{x - _BOX / 2:.0f}" y="{y}" width="{_BOX}" height="{_HIGH}" rx="5" fill="none" '
        f'stroke="currentColor"/><text x="{x:.0f}" y="{y + 19}" text-anchor="middle" font-size="14" '
        f'fill="currentColor">{escape(name)}</text>' for name, (x, y) in at.items())
    words = "; ".join(f"{a} on {', '.join(sorted(_direct(a, imports)))}" for row in rows for a in row
                      if imports[a])
    high = _ROW * len(rows) - _ROW + _HIGH + 16
    svg = (f'<svg role="img" aria-label="Modules of the toolkit in {len(rows)} layers: {escape(words)}." '
           f'viewBox="0 0 {_WIDTH} {high}" width="100%"><defs><marker id="em-down" markerWidth="7" '
           'markerHeight="7" refX="5" refY="3" orient="auto"><path d="M0 0L6 3L0 6z" fill="currentColor"/>'
           f"</marker></defs>{lines}{boxes}</svg>")
    return (f"{stamp}```{{raw}} html\n<figure>{svg}</figure>\n```\n\n"
            "Every arrow points to what a module builds on, and down. "
            "What is reached through another module has no arrow of its own.\n")


def _direct(name: str, imports: dict[str, set[str]]) -> set[str]:
    """Imports that no other import of the same module reaches."""
    def below(of: str) -> set[str]:
        return imports[of].union(*(below(other) for other in imports[of]))

    return {a for a in imports[name] if not any(a in below(b) for b in imports[name] - {a})}
