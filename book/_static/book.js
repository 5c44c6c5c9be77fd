/* Aids to reading: a switch for code, which opens for links into it, terms and citations explain themselves.
   Plain script, no request but for terms.js on first use. */
(function () {
  "use strict";

  var here = document.currentScript.src, ROOM = 72;  // pixels that the header of a phone may cover

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
    if (cell && target !== cell) {
      // the code comes before the verdict that it computes: whoever scrolls to the verdict, its code's first line is seen
      target.style.scrollMarginTop = ROOM + target.getBoundingClientRect().top - cell.getBoundingClientRect().top + "px";
    }
    return (opened || cell) && target;
  }

  function arrive() {
    var target = unfold(location.hash);
    if (target) { target.scrollIntoView({ behavior: "instant", block: "start" }); }
  }

  window.addEventListener("hashchange", arrive);
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href*='#']");
    if (link && link.pathname === location.pathname && link.host === location.host) {
      unfold(link.hash);  // before the browser follows it, so that it scrolls to where the target then is
      if (link.hash === location.hash) { setTimeout(arrive); }
    }
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
    label.title = box.getAttribute("aria-label");
    label.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); label.click(); }
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && box.checked) { box.checked = false; if (label.checkVisibility()) { label.focus(); } }
    });
  });

  // a link of the contents leads away from their drawer
  document.querySelectorAll(".toc-drawer a").forEach(function (link) {
    link.addEventListener("click", function () { document.getElementById("__toc").checked = false; });
  });

  // ---- a table that is wider than its box says that it goes on

  function hint() {
    document.querySelectorAll(".table-wrapper").forEach(function (box) {  // reached by keyboard where it scrolls
      if (box.scrollWidth > box.clientWidth) { box.tabIndex = 0; } else { box.removeAttribute("tabindex"); }
    });
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

  // the theme's search reads each page it found for an excerpt, which files opened from a disk do not allow
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
})();
