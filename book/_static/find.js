/* The search page: claims and chapters as one types, above what Sphinx finds in all pages. */
(function () {
  "use strict";

  var place = document.getElementById("search-results");
  if (!place || !window.emMatch) { return; }

  function node(tag, name, text) {
    var made = document.createElement(tag);
    if (name) { made.className = name; }
    if (text) { made.textContent = text; }
    return made;
  }

  var form = node("form", "em-find"), label = node("label"), input = node("input"), go = node("button", "", "Search all pages");
  label.append(node("span", "", "Search"), input);
  input.type = "search";
  input.name = "q";
  input.autocomplete = "off";
  input.placeholder = "e.g. is emergence real?";
  input.value = new URLSearchParams(location.search).get("q") || "";
  go.type = "submit";
  form.setAttribute("role", "search");
  form.append(label, go);
  var box = node("section", "em-found"), status = node("p", "em-found-count");
  status.setAttribute("role", "status");
  place.before(node("h1", "", "Search"), form, box);
  box.append(status);

  function rows(list, found) {
    found.forEach(function (hit) {
      var item = node("li"), link = node("a", "", hit.kind === "claim" ? hit.row.claim : hit.row.title);
      link.href = hit.row.href;
      if (hit.kind === "claim") {
        link.prepend(node("b", "", hit.row.id + " "));
        item.append(link, " ", node("span", "em-badge " + hit.row.tone, hit.row.verdict));
        if (hit.row.why) { item.append(node("p", "", hit.row.why)); }
      } else { item.append(link, node("p", "", hit.row.text)); }
      list.append(item);
    });
  }

  function part(title, found, most) {
    if (!found.length) { return; }
    var list = node("ul");
    rows(list, found.slice(0, most));
    box.append(node("h2", "", title), list);
  }

  function show() {
    var hits = window.emMatch(input.value), typed = input.value.trim();
    var claims = hits.filter(function (h) { return h.kind === "claim"; });
    var chapters = hits.filter(function (h) { return h.kind === "chapter"; });
    box.replaceChildren(status);
    var near = hits.length && hits[0].near;
    part(near ? "Nearest claims" : claims.length === 1 ? "One claim" : claims.length + " claims", claims, 8);
    if (claims.length > 8) {
      var more = node("a", "", "All in the ledger");
      more.href = "book/ledger.html?words=" + encodeURIComponent(typed) + "#em-filter";
      box.append(more);
    }
    part(chapters.length === 1 ? "One chapter" : chapters.length + " chapters", chapters, 4);
    status.textContent = typed ? (near ? "No claim has these words; the nearest follow." : hits.length ? claims.length + (claims.length === 1 ? " claim, " : " claims, ") +
      chapters.length + (chapters.length === 1 ? " chapter" : " chapters") : "No claim speaks of this.") : "";
    var url = new URL(location.href);
    if (typed) { url.searchParams.set("q", typed); } else { url.searchParams.delete("q"); }
    history.replaceState(null, "", url);
  }

  var waiting = 0;

  // what Sphinx finds, anew once the typing rests
  function all() {
    var typed = input.value.trim();
    place.replaceChildren();
    if (typed && typeof Search !== "undefined") { Search.performSearch(typed); }
  }

  input.addEventListener("input", function () {
    show();
    clearTimeout(waiting);
    waiting = setTimeout(all, 400);
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    clearTimeout(waiting);
    show();
    all();
  });
  // else the next page marks the words everywhere, menus included, and inside other words
  addEventListener("pagehide", function () {
    try { localStorage.removeItem("sphinx_highlight_terms"); } catch (error) { /* no storage, no marks */ }
  });
  show();
})();
