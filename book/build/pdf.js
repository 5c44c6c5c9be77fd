/* Puts all pages of the finished site into one document, in reading order, ready to be printed.
   Runs in a page of the site (see pdf.py). Takes the first page, the site's public address or "", and what
   stands on the title page. Returns the headings of chapters and sections. */
async ({ start, home, title, authors, version, style }) => {
  const site = new URL(document.documentElement.dataset.content_root || "./", location.href);

  // each page names the next one
  const pages = new Map();
  for (let url = new URL(start, site); url && !pages.has(url.href);) {
    const answer = await fetch(url);
    if (!answer.ok) { throw new Error(`${url.pathname} is named as a next page but is not there`); }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("article[role=main] h1")) { throw new Error(`${url.pathname} has no article with a title`); }
    pages.set(url.href, page);
    const next = page.querySelector("link[rel=next]");
    url = next && new URL(next.getAttribute("href"), url);
  }
  const number = new Map([...pages.keys()].map((href, i) => [href, i]));

  // an id is unique on its page only, so each gets the number of its page in front
  function move(article, base, prefix) {
    for (const el of article.querySelectorAll("*")) {
      for (const { name, value } of [...el.attributes]) {
        if (name === "id" || name === "for" || (name === "name" && el.matches("a, input"))) {
          el.setAttribute(name, prefix + value);
        } else if (name === "aria-labelledby" || name === "aria-describedby") {
          el.setAttribute(name, value.split(/\s+/).map((id) => prefix + id).join(" "));
        } else if (name === "href" || name === "xlink:href" || name === "src") {
          const to = address(value, base, prefix, el.localName === "a");
          if (to === null) { el.removeAttribute(name); } else { el.setAttribute(name, to); }
        } else if (value.includes("url(#")) {
          el.setAttribute(name, value.replaceAll("url(#", "url(#" + prefix));
        }
      }
    }
    for (const style of article.querySelectorAll("style")) {
      style.textContent = style.textContent.replace(/#(?=[A-Za-z_][\w-]*[^;}]*\{)/g, "#" + prefix);
    }
  }

  function address(value, base, prefix, link) {
    if (value.startsWith("#")) { return "#" + prefix + value.slice(1); }
    const url = new URL(value, base), [page, anchor] = url.href.split("#");
    if (!link || url.origin !== location.origin) { return url.href; }
    if (number.has(page)) { return `#p${number.get(page)}` + (anchor ? "-" + anchor : ""); }
    // a file that is not in this document can only be reached on the site
    return home ? home + url.href.slice(site.href.length) : null;
  }

  function make(tag, properties, ...inside) {
    const el = Object.assign(document.createElement(tag), properties);
    el.append(...inside);
    return el;
  }

  const contents = make("ul", { className: "em-contents" });
  const book = make("main", { className: "content em-book" }, make("section", { className: "em-title" },
    make("p", { className: "em-book-name" }, title), make("p", {}, authors), make("p", {}, `Version ${version}`),
    make("p", {}, "Code and the solutions of exercises are in the notebooks and on the site, where figures "
      + "follow the reader’s hand" + (home ? ": " : "."), ...(home ? [make("a", { href: home }, home)] : [])),
    make("h2", {}, "Contents"), contents));
  // an anchor is kept in the file only if something links to it
  const links = make("nav", { hidden: true });
  const headings = [], rules = [style];
  for (const [href, page] of pages) {
    const i = number.get(href), article = document.importNode(page.querySelector("article[role=main]"), true);
    article.querySelectorAll("script, .headerlink").forEach((el) => el.remove());
    move(article, href, `p${i}-`);
    const chapter = make("section", { id: `p${i}`, className: "em-chapter" }, article);
    chapter.style.page = `p${i}`;
    book.append(chapter);
    article.querySelectorAll("h1, h2").forEach((el, j) => {
      el.id = el.id || `p${i}-heading-${j}`;
      links.append(make("a", { href: "#" + el.id }));
      headings.push({ level: Number(el.localName[1]), id: el.id, text: el.textContent.trim().replace(/\s+/g, " ") });
    });
    const name = headings.findLast((h) => h.level === 1).text;
    contents.append(make("li", {}, make("a", { href: `#p${i}` }, name)));
    rules.push(`@page p${i} { @top-left { content: ${JSON.stringify(name)}; } }`);
  }

  const sheets = (page) => [...page.querySelectorAll("link[rel=stylesheet]")];
  const linked = new Set(sheets(document).map((el) => el.href));
  for (const [href, page] of pages) {
    for (const sheet of sheets(page).map((el) => new URL(el.getAttribute("href"), href).href)) {
      if (!linked.has(sheet)) { document.head.append(make("link", { rel: "stylesheet", href: sheet })); }
      linked.add(sheet);
    }
  }
  document.head.append(make("style", { textContent: rules.join("\n") }));
  document.title = title;
  document.querySelectorAll("script").forEach((el) => el.remove());
  document.body.replaceChildren(book, links);
  document.body.dataset.theme = "light";
  document.documentElement.classList.add("em-quiet");
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => { image.loading = "eager"; return image.decode(); }));
  return headings;
}
