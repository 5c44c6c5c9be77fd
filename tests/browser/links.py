"""What a built page loads, where it links to, and which links lead nowhere."""

from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

_LOADS = {"script": "src", "img": "src", "iframe": "src", "audio": "src", "video": "src", "source": "src",
          "embed": "src", "object": "data", "image": "href", "use": "href"}
#: Relations of a link element that a browser does not follow by itself.
_NAMED_ONLY = {"next", "prev", "canonical", "index", "search", "author", "license", "sitemap"}


class Page(HTMLParser):
    """One page as its file has it: addresses it loads, links, and anchors."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.links, self.anchors = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.anchors |= {values[k] for k in ("id", "name") if values.get(k)}
        if tag in _LOADS:
            self.loads.append(values.get(_LOADS[tag]) or values.get("xlink:href") or "")
        if tag == "link" and values.get("rel") not in _NAMED_ONLY:
            self.loads.append(values.get("href") or "")
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])


@cache
def read(path):
    return Page(path.read_text(encoding="utf-8"))


def broken(html, path, links, anchors=None):
    """Those of `links` that lead nowhere, for the page at `path` of the site in the folder `html`.

    `anchors` are those of the page itself, where scripts have added some.
    """
    lost = []
    for link in links:
        url = urlsplit(link)
        if url.scheme or url.netloc or not (url.path or url.fragment):
            continue
        target = (html / path).parent / unquote(url.path) if url.path else html / path
        target = target.resolve()
        if target.is_dir():
            target /= "index.html"
        known = anchors if anchors is not None and target == (html / path).resolve() else None
        if not target.exists():
            lost.append(link)
        elif url.fragment and target.suffix == ".html":
            known = read(target).anchors if known is None else known
            if unquote(url.fragment) not in known:
                lost.append(link)
    return lost
