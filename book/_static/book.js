/* Aids to reading: folded code opens for links into it, glossary terms explain themselves. Plain script, no
   request but for terms.js on first use. */
(function () {
  "use strict";

  var here = document.currentScript.src;

  // ---- a link into folded code opens it

  function unfold(hash) {
    var target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    var opened = false;
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

  // ---- a table that is wider than its box says that it goes on

  function hint() {
    document.querySelectorAll(".em-scroll").forEach(function (box) {
      var head = box.previousElementSibling, note = head && head.querySelector(".em-swipe");
      if (note) { note.classList.toggle("em-cut", box.scrollWidth > box.clientWidth + 1); }
    });
  }

  window.addEventListener("load", hint);
  window.addEventListener("resize", hint);

  // ---- who closes a menu or the search goes on from the button that opened it

  var opener = null;
  document.addEventListener("click", function (event) {
    opener = event.target.closest && event.target.closest("button.sidebar-toggle, button.search-button__button") || opener;
  }, true);  // the theme keeps these clicks to itself
  document.querySelectorAll("dialog").forEach(function (dialog) {
    dialog.addEventListener("close", function () {
      setTimeout(function () {
        if (opener && document.activeElement === document.body) { opener.focus({ preventScroll: true }); }
      });
    });
  });

  // ---- glossary terms: shown on hover, focus and tap; Escape or leaving hides them

  var terms = document.querySelectorAll("a.em-term");
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

  function show(link, tapped) {
    clearTimeout(closing);
    if (shown === link) { return; }
    wanted = link;
    definitions(function (all) {
      var entry = all[decodeURIComponent(link.hash.slice(1))];
      if (wanted !== link || !entry) { return; }
      shown = link;
      pop.hidden = false;
      pop.querySelector("strong").textContent = entry[0];
      pop.querySelector("span").textContent = entry[1];
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
    pop.innerHTML = "<strong></strong> <span></span> <em>Tap the word again for the glossary.</em>";
    (document.querySelector("main") || document.body).append(pop);
    pop.addEventListener("pointerenter", function () { clearTimeout(closing); });
    pop.addEventListener("pointerleave", later);
    document.addEventListener("keydown", function (event) { if (event.key === "Escape") { hide(); } });
    document.addEventListener("pointerdown", function (event) {
      if (shown && !shown.contains(event.target) && !pop.contains(event.target)) { hide(); }
    });
    window.addEventListener("resize", hide);
    terms.forEach(function (link) {
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
