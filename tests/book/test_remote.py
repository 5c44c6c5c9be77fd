"""The public address of a checkout, from its git remote: a fork's links go to the fork."""

import subprocess

import pytest

from book.build import remote
from book.build.remote import Remote
from emergence_utils.errors import InputError

NOTEBOOK = "notebooks/02_metric.ipynb"
ENVIRONMENT = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A",
               "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": "/dev/null",
               "GIT_CONFIG_NOSYSTEM": "1"}


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    monkeypatch.delenv("SITE_URL", raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def git(folder, *arguments):
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True,
                          text=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path):
    """A repository with one commit and no remote."""
    folder = tmp_path / "book"
    folder.mkdir()
    git(folder, "init", "--quiet")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "first")
    return folder


@pytest.mark.parametrize(("address", "owner", "name"), [
    ("https://github.com/someone/a-book.git", "someone", "a-book"),
    ("https://github.com/someone/a-book", "someone", "a-book"),
    ("https://github.com/someone/a-book/", "someone", "a-book"),
    ("https://x-access-token:secret@github.com/someone/a-book", "someone", "a-book"),
    ("git@github.com:someone/a-book.git", "someone", "a-book"),
    ("github.com:someone/a-book", "someone", "a-book"),
    ("ssh://git@github.com/someone/a-book.git", "someone", "a-book"),
    ("ssh://git@github.com:22/someone/a.book_2.git", "someone", "a.book_2"),
    ("git://github.com/some-one/a-book", "some-one", "a-book"),
    ("https://www.GitHub.com/Someone/someone.github.io.git\n", "Someone", "someone.github.io"),
])
def test_addresses_of_github(address, owner, name):
    found = Remote.parse(address)
    assert found == Remote("github.com", owner, name)
    assert found.url == f"https://github.com/{owner}/{name}"


@pytest.mark.parametrize("address", [
    "", "/srv/git/book.git", "../book.git", "file:///srv/git/book.git", "C:\\git\\book",
    "https://git.example.org/someone/a-book.git", "git@github.example.org:someone/a-book.git",
    "https://github.com.example.org/someone/a-book", "https://evil.org/github.com/someone/a-book",
    "https://gitlab.com/someone/a-book.git", "https://github.com/someone", "git@localhost:github.com/a/b",
    "https://github.com/someone/a-book/extra", "https://github.com/<b>/x", "http://127.0.0.1:3000/git/a/b",
])
def test_other_addresses_are_not_public(address):
    assert Remote.parse(address) is None


def test_a_forks_remote_is_the_forks(checkout):
    git(checkout, "remote", "add", "upstream", "https://github.com/authors/book.git")
    git(checkout, "remote", "add", "origin", "git@github.com:lecturer/book-fork.git")
    assert remote.public_remote(checkout) == Remote("github.com", "lecturer", "book-fork")
    assert remote.public_address(checkout) == "https://lecturer.github.io/book-fork/"
    head = git(checkout, "rev-parse", "HEAD")
    assert remote.commit(checkout) == head
    links = dict(remote.launch_links(checkout, NOTEBOOK))
    assert links == {
        "Colab": "https://colab.research.google.com/github/lecturer/book-fork/blob/launch/" + NOTEBOOK,
        "Binder": f"https://mybinder.org/v2/gh/lecturer/book-fork/{head}?urlpath=lab/tree/{NOTEBOOK}"}
    assert remote.launch_links(checkout, checkout / NOTEBOOK) == list(links.items())


def test_an_edition_launches_itself_for_ever(checkout):
    git(checkout, "remote", "add", "origin", "https://github.com/someone/a-book.git")
    assert remote.launch_branch(checkout) == "launch"
    git(checkout, "tag", "edition-5")
    git(checkout, "tag", "some-other")
    assert remote.launch_branch(checkout) == "launch-edition-5"
    assert "/blob/launch-edition-5/" in dict(remote.launch_links(checkout, NOTEBOOK))["Colab"]
    git(checkout, "commit", "--quiet", "--allow-empty", "-m", "Later")
    assert remote.launch_branch(checkout) == "launch"


def test_the_only_remote_may_have_any_name_but_of_two_none_is_guessed(checkout):
    git(checkout, "remote", "add", "mine", "https://github.com/someone/a-book.git")
    assert remote.public_remote(checkout) == Remote("github.com", "someone", "a-book")
    git(checkout, "remote", "add", "other", "https://github.com/someone/b-book.git")
    assert remote.public_remote(checkout) is None


@pytest.mark.parametrize("address", [None, "/srv/git/book.git", "https://git.example.org/a/b.git"])
def test_without_a_public_remote_there_is_no_address_and_no_button(checkout, address):
    if address:
        git(checkout, "remote", "add", "origin", address)
    assert remote.public_remote(checkout) is None
    assert remote.public_address(checkout) is None
    assert remote.launch_links(checkout, NOTEBOOK) == []


def test_neither_outside_a_checkout_nor_without_git(checkout, tmp_path, monkeypatch):
    git(checkout, "remote", "add", "origin", "https://github.com/someone/a-book.git")
    inner = checkout / "unpacked"
    inner.mkdir()
    assert remote.public_remote(inner) is None  # a folder of someone else's checkout
    assert remote.public_remote(tmp_path) is None
    assert remote.public_remote(tmp_path / "absent") is None
    assert remote.commit(tmp_path) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert remote.public_remote(checkout) is None


def test_before_the_first_commit_nothing_can_be_launched(tmp_path):
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "origin", "https://github.com/someone/a-book.git")
    assert remote.public_address(tmp_path) == "https://someone.github.io/a-book/"
    assert remote.commit(tmp_path) is None
    assert remote.launch_links(tmp_path, NOTEBOOK) == []


def test_a_hook_of_another_repository_does_not_lead_astray(checkout, tmp_path, monkeypatch):
    git(checkout, "remote", "add", "origin", "https://github.com/someone/a-book.git")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere.git"))
    assert remote.public_remote(checkout) == Remote("github.com", "someone", "a-book")


def test_the_page_of_an_account_stands_at_its_root(checkout):
    git(checkout, "remote", "add", "origin", "https://github.com/Someone/someone.github.io")
    assert remote.public_address(checkout) == "https://someone.github.io/"


@pytest.mark.parametrize(("given", "address"), [
    ("https://example.org/book", "https://example.org/book/"),
    (" https://example.org/ ", "https://example.org/"),
    ("http://localhost:8000/a/b/", "http://localhost:8000/a/b/"),
])
def test_an_address_that_is_given_wins(checkout, monkeypatch, given, address):
    git(checkout, "remote", "add", "origin", "https://github.com/someone/a-book.git")
    monkeypatch.setenv("SITE_URL", given)
    assert remote.public_address(checkout) == address


@pytest.mark.parametrize("given", ["example.org", "ftp://example.org/", "https://", "https://a.org/?q=1"])
def test_an_address_that_is_none_is_refused(checkout, monkeypatch, given):
    monkeypatch.setenv("SITE_URL", given)
    with pytest.raises(InputError, match=r"^SITE_URL must be an address such as https:.*, got "):
        remote.public_address(checkout)


def test_an_empty_address_counts_as_none(checkout, monkeypatch):
    monkeypatch.setenv("SITE_URL", "")
    assert remote.public_address(checkout) is None


def test_a_notebook_of_another_checkout_is_refused(checkout, tmp_path):
    git(checkout, "remote", "add", "origin", "https://github.com/someone/a-book.git")
    with pytest.raises(InputError, match=r"^notebook must lie under .*, got .*x\.ipynb\.$"):
        remote.launch_links(checkout, tmp_path / "x.ipynb")
