"""Where this checkout is published, read from its own git remote: a fork's pages speak of the fork."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urlsplit

from emergence_utils.errors import InputError

__all__ = ["Remote", "commit", "launch_branch", "launch_links", "public_address", "public_remote"]

#: Tags of editions: what is built from one launches that edition for ever.
EDITIONS = "edition-*"
# https://, git:// and ssh:// with user and port, or the short form git@github.com:owner/name
_GITHUB = re.compile(r"(?:(?:https?|git|ssh|git\+ssh)://(?:[^@/]+@)?(?:www\.)?github\.com(?::\d+)?/|"
                     r"(?:[^@/:]+@)?github\.com:)/?([\w-]+)/([\w.-]+?)(?:\.git)?/?", flags=re.I | re.A)


@dataclass(frozen=True)
class Remote:
    """A public repository.

    Attributes
    ----------
    host, owner, name : str
        ``github.com``, the account, and the repository without ``.git``.
    """

    host: str
    owner: str
    name: str

    @property
    def url(self) -> str:
        """Address of the repository, which is also what git clones."""
        return f"https://{self.host}/{self.owner}/{self.name}"

    @classmethod
    def parse(cls, address: str) -> Remote | None:
        """The repository that an address of git names; None unless it lies on github.com.

        Examples
        --------
        >>> Remote.parse("git@github.com:someone/a-fork.git")
        Remote(host='github.com', owner='someone', name='a-fork')
        >>> Remote.parse("/srv/git/book.git") is None
        True
        """
        match = _GITHUB.fullmatch(address.strip())
        return cls("github.com", match[1], match[2]) if match else None


def public_remote(root: str | Path = ".") -> Remote | None:
    """The public repository behind the checkout at `root`.

    Read from the remote ``origin``, or from the only one under another name.

    Returns
    -------
    Remote or None
        None without git, outside a checkout, without a remote, with several of which none is
        ``origin``, and where the remote is a local path or lies on another host than github.com.
    """
    names = (_git(root, "remote") or "").split()
    name = "origin" if "origin" in names else names[0] if len(names) == 1 else None
    address = _git(root, "remote", "get-url", name) if name else None
    return Remote.parse(address) if address else None


def public_address(root: str | Path = ".") -> str | None:
    """Address of the published site, with a slash at its end.

    That is the environment variable ``SITE_URL`` where it is set, else the GitHub Pages of the
    public repository; None where there is neither.

    Raises
    ------
    InputError
        If ``SITE_URL`` is no web address.
    """
    given = os.environ.get("SITE_URL", "").strip()
    if given:
        parts = urlsplit(given)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            raise InputError(f"SITE_URL must be an address such as https://example.org/book/, got '{given}'.")
        return given.rstrip("/") + "/"
    remote = public_remote(root)
    if remote is None:
        return None
    host = f"{remote.owner.lower()}.github.io"
    return f"https://{host}/" if remote.name.lower() == host else f"https://{host}/{remote.name}/"


def launch_branch(root: str | Path = ".") -> str:
    """The branch of the same repository that the Publish workflow fills with notebooks that install the book.

    Returns
    -------
    str
        ``launch``, which is written anew with each publication, or ``launch-edition-N`` where the commit
        carries the tag of an edition.
    """
    tags = (_git(root, "tag", "--list", EDITIONS, "--points-at", "HEAD") or "").split()
    return f"launch-{max(tags)}" if tags else "launch"


def launch_links(root: str | Path, notebook: str | Path) -> list[tuple[str, str]]:
    """Where a notebook can be run without installing anything: label and address of each service.

    Parameters
    ----------
    root : path
        Root of the checkout.
    notebook : path
        The notebook, relative to `root` or absolute.

    Returns
    -------
    list of (str, str)
        Empty without a public remote, or before the first commit.
    """
    remote, at = public_remote(root), commit(root)
    if remote is None or at is None:
        return []
    path = Path(notebook)
    if path.is_absolute():
        try:
            path = path.resolve().relative_to(Path(root).resolve())
        except ValueError:
            raise InputError(f"notebook must lie under {root}, got {notebook}.") from None
    where = quote(str(PurePosixPath(path)))
    repository = f"{remote.owner}/{remote.name}"
    return [
        ("Colab", f"https://colab.research.google.com/github/{repository}/blob/{launch_branch(root)}/{where}"),
        ("Binder", f"https://mybinder.org/v2/gh/{repository}/{at}?urlpath=lab/tree/{where}"),
    ]


def commit(root: str | Path = ".") -> str | None:
    """The full name of the commit that is checked out at `root`; None where there is none."""
    return _git(root, "rev-parse", "--verify", "--quiet", "HEAD") or None


def _git(root: str | Path, *arguments: str) -> str | None:
    """What git prints, provided `root` is the top of a checkout and not a folder inside another one."""
    env = {k: v for k, v in os.environ.items() if k not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")}
    command = ["git", "-C", str(root)]

    def run(*words: str) -> str | None:
        try:
            done = subprocess.run([*command, *words], capture_output=True, text=True, check=False, env=env)
        except OSError:  # no git on this machine, or no such folder
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    top = run("rev-parse", "--show-toplevel")
    if top is None or not Path(root).exists() or not Path(top).samefile(root):
        return None
    return run(*arguments)
