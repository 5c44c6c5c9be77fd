/* Aids to reading: a switch for code, which opens for links into it, terms and citations explain themselves, the ledger has a
   filter and the search page lists claims. Plain script, no request but for terms.js on first use. */
(function () {
  "use strict";

  var here = document.currentScript.src;

  // ---- a link into folded code opens it

  function unfold(hash) {
    var target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    var opened = false;
    // a link to code, or to a verdict, shows the code of its cell
    var cell = target && (target.matches(".cell_input, .em-verdict, .em-small tr") || target.closest(".cell_input")) &&
      target.closest(".cell");
    if (cell && !cell.classList.contains("em-shown")) {
      cell.classList.add("em-shown");
      cell.querySelectorAll(":scope > details.above-input").forEach(function (box) { box.open = true; });
      opened = true;
    }
    for (var box = target; box; box = box.parentElement) {
      if (box.tagName === "DETAILS" && !box.open) { box.open = opened = true; }
    }
    return opened && target;
  }

  function arrive() {
    var target = unfold(location.hash);
    if (target) { target.scrollIntoView(); }
  }

  window.addEventListener("hashchange", arrive);
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href*='#']");
    // before the browser follows it, so that it scrolls to where the target then is
    if (link && link.pathname === location.pathname && link.host === location.host) { unfold(link.hash); }
  });
  arrive();

  // ---- one switch for all the code of a chapter

  var quiet = "em-quiet", root = document.documentElement, button = document.getElementById("em-code");

  function tell() {
    var shows = !root.classList.contains(quiet);
    button.setAttribute("aria-pressed", String(shows));
    button.textContent = shows ? "Hide the code" : "Show the code";
    document.querySelectorAll(".cell:not(.tag_solution) > details.above-input").forEach(function (box) { box.open = shows; });
  }

  if (button) {
    tell();
    button.addEventListener("click", function () {
      var shows = !root.classList.toggle(quiet);
      document.querySelectorAll(".cell.em-shown").forEach(function (cell) { cell.classList.remove("em-shown"); });
      try { localStorage.setItem("em-code", shows ? "shown" : "hidden"); } catch (error) { /* for this page only */ }
      tell();
    });
  }

  // ---- the drawers of the theme are opened by labels: by keyboard as well, and closed by Escape

  document.querySelectorAll("header label[for], .content-icon-container label[for]").forEach(function (label) {
    var box = document.getElementById(label.htmlFor);
    label.tabIndex = 0;
    label.setAttribute("role", "button");
    label.setAttribute("aria-label", box.getAttribute("aria-label"));
    label.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); label.click(); }
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && box.checked) { box.checked = false; if (label.checkVisibility()) { label.focus(); } }
    });
  });

  // ---- a table that is wider than its box says that it goes on

  function hint() {
    document.querySelectorAll(".em-scroll").forEach(function (box) {
      var head = box.previousElementSibling, note = head && head.querySelector(".em-swipe");
      if (note) { note.classList.toggle("em-cut", box.scrollWidth > box.clientWidth + 1); }
    });
  }

  window.addEventListener("load", hint);
  window.addEventListener("resize", hint);

  // ---- glossary terms: shown on hover, focus and tap; Escape or leaving hides them

  var terms = document.querySelectorAll("a.em-term, .bibtex-citation a[title]");
  var pop = null, shown = null, closing = 0, wanted = null;

  function definitions(then) {
    if (window.emTerms) { then(window.emTerms); return; }
    var tag = document.createElement("script");
    tag.src = new URL("terms.js", here).href;
    tag.onload = function () { then(window.emTerms || {}); };
    document.head.append(tag);
  }

  function hide() {
    clearTimeout(closing);
    wanted = shown = null;
    if (pop) { pop.hidden = true; }
  }

  // what keyboard focus shows stays while the focus stays
  function later(event) {
    clearTimeout(closing);
    if (event.type === "blur" || document.activeElement !== shown) { closing = setTimeout(hide, 250); }
  }

  function entryOf(link, all) {
    return link.dataset.cited ? [link.textContent, link.dataset.cited] : all[decodeURIComponent(link.hash.slice(1))];
  }

  function show(link, tapped) {
    clearTimeout(closing);
    if (shown === link) { return; }
    wanted = link;
    (link.dataset.cited ? function (then) { then({}); } : definitions)(function (all) {
      var entry = entryOf(link, all);
      if (wanted !== link || !entry) { return; }
      shown = link;
      pop.hidden = false;
      pop.querySelector("strong").textContent = entry[0];
      pop.querySelector("span").textContent = entry[1];
      pop.querySelector("em").textContent = "Tap again to go " + (link.dataset.cited ? "to the bibliography." : "to the glossary.");
      pop.querySelector("em").hidden = !tapped;
      place(link);
    });
  }

  function place(link) {
    var box = link.getClientRects()[0], wide = document.documentElement.clientWidth;
    var left = Math.min(Math.max(8, box.left), wide - pop.offsetWidth - 8);
    var below = box.bottom + 6, above = box.top - pop.offsetHeight - 6;
    var top = below + pop.offsetHeight > window.innerHeight && above > 0 ? above : below;
    pop.style.left = left + window.scrollX + "px";
    pop.style.top = top + window.scrollY + "px";
  }

  if (terms.length) {
    pop = document.createElement("div");
    pop.className = "em-pop";
    pop.hidden = true;
    pop.setAttribute("role", "status");
    pop.innerHTML = "<strong></strong> <span></span> <em></em>";
    (document.querySelector("main") || document.body).append(pop);
    pop.addEventListener("pointerenter", function () { clearTimeout(closing); });
    pop.addEventListener("pointerleave", later);
    document.addEventListener("keydown", function (event) { if (event.key === "Escape") { hide(); } });
    document.addEventListener("pointerdown", function (event) {
      if (shown && !shown.contains(event.target) && !pop.contains(event.target)) { hide(); }
    });
    window.addEventListener("resize", hide);
    terms.forEach(function (link) {
      if (link.title) { link.dataset.cited = link.title; link.removeAttribute("title"); }  // a card in its place
      var touched = false, before = null;
      link.addEventListener("pointerenter", function (event) { if (event.pointerType === "mouse") { show(link); } });
      link.addEventListener("pointerleave", function (event) { if (event.pointerType === "mouse") { later(event); } });
      link.addEventListener("pointerdown", function (event) { touched = event.pointerType === "touch"; before = shown; });
      link.addEventListener("focus", function () { if (!touched) { show(link); } });
      link.addEventListener("blur", later);
      link.addEventListener("click", function (event) {
        if (touched && before !== link) { event.preventDefault(); show(link, true); }
        touched = false;
      });
    });
  }

  // ---- matching of claims, on the search page and in the ledger

  function plain(text) {
    return text.toLowerCase().replace(/[\u2212\u2013\u2014]/g, "-").replace(/[\u2018\u2019]/g, "'")
      .replace(/(\d)\s*([+=])\s*(?=\d)/g, "$1 $2 ").replace(/\s+/g, " ").trim();
  }

  // numbers and ids count as whole words, other words may be a beginning
  function has(text, words) {
    return words.every(function (word) {
      var exact = /\d/.test(word) ? "(?![a-z0-9])" : "";
      return new RegExp("(^|[^a-z0-9])" + word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") + exact).test(text);
    });
  }

  function rank(claim, query, words) {
    var text = plain(claim.claim);
    if (claim.id.toLowerCase() === query) { return 4; }
    if (query.length > 2 && text.indexOf(query) >= 0) { return 3; }
    if (has(text, words)) { return 2; }
    return has(claim.id.toLowerCase() + " " + text + " " + plain(claim.more) + " " + claim.verdict, words) ? 1 : 0;
  }

  function node(tag, name, text) {
    var made = document.createElement(tag);
    if (name) { made.className = name; }
    if (text) { made.textContent = text; }
    return made;
  }

  function claimResults() {
    var place = document.getElementById("search-results");
    // else the next page marks the words everywhere, menus included, and inside other words
    addEventListener("pagehide", function () {
      try { localStorage.removeItem("sphinx_highlight_terms"); } catch (error) { /* no storage, no marks */ }
    });
    var typed = new URLSearchParams(location.search).get("q") || "";
    var query = plain(typed), words = query.split(" ");
    if (!place || !query || !window.emClaims) { return; }
    var found = window.emClaims.map(function (claim) { return { claim: claim, rank: rank(claim, query, words) }; })
      .filter(function (row) { return row.rank; })
      .sort(function (a, b) { return b.rank - a.rank; });
    if (!found.length) { return; }
    var box = node("section", "em-found"), list = node("ul");
    box.append(node("h2", "", found.length === 1 ? "One claim" : found.length + " claims"));
    found.slice(0, 8).forEach(function (row) {
      var item = node("li"), link = node("a", "", row.claim.id);
      link.href = "book/ledger.html#" + row.claim.id.toLowerCase();
      item.append(link, " ", node("span", "em-badge " + row.claim.tone, row.claim.verdict), node("p", "", row.claim.claim));
      list.append(item);
    });
    box.append(list);
    if (found.length > 8) {
      var more = node("a", "", "All " + found.length + " in the ledger");
      more.href = "book/ledger.html?words=" + encodeURIComponent(typed) + "#em-filter";
      box.append(more);
    }
    place.before(box);
  }

  function ledgerFilter(form) {
    var claims = Array.prototype.map.call(document.querySelectorAll("article section section"), function (section) {
      var badge = section.querySelector(":scope > h3 .em-badge"), anchor = section.querySelector("span[id]");
      return badge && {
        section: section, id: anchor ? anchor.id : "", verdict: badge.classList[1],
        claim: plain(section.querySelector(".em-claim").textContent), text: plain(section.textContent),
        links: Array.prototype.map.call(section.querySelectorAll("a[href]"), function (a) { return a.getAttribute("href"); }).join(" ")
      };
    }).filter(Boolean);
    var status = form.querySelector("[role=status]");

    function apply() {
      var words = plain(form.words.value).split(" ").filter(Boolean), chapter = form.chapter.value;
      var kept = Array.prototype.filter.call(form.verdict, function (box) { return box.checked; })
        .map(function (box) { return box.value; });
      var shownCount = 0;
      claims.forEach(function (claim) {
        var show = kept.indexOf(claim.verdict) >= 0 && (!chapter || claim.links.indexOf("/" + chapter + ".") >= 0) &&
          has(claim.text, words);
        claim.section.hidden = !show;
        shownCount += show;
      });
      document.querySelectorAll("article section section").forEach(function (section) {
        var group = section.parentElement;
        group.classList.toggle("em-empty", !group.querySelector(":scope > section:not([hidden])"));
      });
      status.textContent = shownCount + " of " + claims.length + " claims shown";
    }

    // a link to a claim that is filtered out shows it again
    function reveal() {
      var target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
      if (target && target.closest("section[hidden]")) {
        form.reset();
        setTimeout(function () { target.scrollIntoView(); });
      }
    }

    var asked = new URLSearchParams(location.search);
    form.words.value = asked.get("words") || "";
    form.chapter.value = asked.get("chapter") || "";
    if (form.chapter.selectedIndex < 0) { form.chapter.value = ""; }
    form.addEventListener("input", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function () { setTimeout(apply); });
    window.addEventListener("hashchange", reveal);
    apply();
    reveal();
  }

  var form = document.getElementById("em-filter");
  if (form) { ledgerFilter(form); }
  // the theme's search reads each page it found for an excerpt, which files opened from a disk do not allow
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
  // claims.js stands in the same page and is deferred too: it has run once the page is ready
  if (document.readyState === "complete") { claimResults(); } else {
    document.addEventListener("DOMContentLoaded", claimResults);
  }
})();
