/* The ledger's bar: words, who said it, verdict, chapter and order, all kept in the address. */
(function () {
  "use strict";

  var form = document.getElementById("em-filter");
  if (!form) { return; }
  var rows = Array.prototype.map.call(document.querySelectorAll(".em-claims > li"), function (li, place) {
    return {
      li: li, place: place, home: li.parentElement, by: li.dataset.by.split(" "), chapter: li.dataset.chapter,
      verdict: li.dataset.verdict, strength: parseFloat(li.dataset.strength)
    };
  });
  var lists = Array.prototype.slice.call(document.querySelectorAll(".em-claims"));
  var status = form.querySelector("[role=status]"), more = form.querySelector("[aria-controls]");
  var flat = document.createElement("ul");
  flat.className = "em-claims";
  flat.hidden = true;
  form.after(flat);
  var VERDICTS = Array.prototype.map.call(form.verdict.options, function (o) { return o.value; });

  function slug(text) { return text.trim().toLowerCase().replace(/^em-/, "").replace(/[\s+]+/g, "-").replace(/^limits$/, "holds-with-limits"); }

  // several values at once come from links; the box then has them as one more choice
  function choose(select, asked, names) {
    var known = Array.prototype.map.call(select.options, function (o) { return o.value; });
    var values = (asked || "").split(",").map(names).filter(function (v) { return v && known.indexOf(v) >= 0; });
    var value = values.join(",");
    if (value && known.indexOf(value) < 0) {
      select.add(new Option(values.map(function (v) { return select.querySelector('option[value="' + v + '"]').text; }).join(" or "), value));
    }
    select.value = value;
    if (select.selectedIndex < 0) { select.selectedIndex = 0; }
  }

  function chosen(select) { return select.value ? select.value.split(",") : null; }

  function read() {
    var asked = new URLSearchParams(location.search);
    form.words.value = asked.get("words") || "";
    choose(form.by, asked.get("by"), function (v) { return v.trim().toUpperCase(); });
    choose(form.verdict, asked.get("verdict"), slug);
    choose(form.chapter, asked.get("chapter"), function (v) { return v.trim(); });
    choose(form.sort, asked.get("sort"), function (v) { return v.trim(); });
  }

  function write() {
    var url = new URL(location.href);
    ["words", "by", "verdict", "chapter", "sort"].forEach(function (name) {
      var value = form[name].value.trim();
      if (value && !(name === "sort" && value === "number")) { url.searchParams.set(name, value); } else { url.searchParams.delete(name); }
    });
    history.replaceState(null, "", url);
  }

  var ORDER = {
    verdict: function (a, b) { return VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict); },
    strength: function (a, b) { return (isNaN(a.strength) - isNaN(b.strength)) || b.strength - a.strength; },
    chapter: function (a, b) { return a.chapter < b.chapter ? -1 : a.chapter > b.chapter ? 1 : 0; }
  };

  function order() {
    var by = ORDER[form.sort.value], sorted = rows.slice();
    sorted.sort(function (a, b) { return (by ? by(a, b) : 0) || a.place - b.place; });
    sorted.forEach(function (row) { (by ? flat : row.home).append(row.li); });
    flat.hidden = !by;
  }

  function apply() {
    var have = window.emHave ? window.emHave(form.words.value) : null, count = 0;
    var by = chosen(form.by), verdict = chosen(form.verdict), chapter = chosen(form.chapter);
    rows.forEach(function (row) {
      var show = (!have || have[row.li.id]) && (!chapter || chapter.indexOf(row.chapter) >= 0) &&
        (!verdict || verdict.indexOf(row.verdict) >= 0) &&
        (!by || row.by.some(function (key) { return by.indexOf(key) >= 0; }));
      row.li.hidden = !show;
      count += show ? 1 : 0;
    });
    order();
    lists.forEach(function (list) {
      list.parentElement.classList.toggle("em-empty", !list.querySelector(":scope > li:not([hidden])"));
    });
    var set = [form.by, form.verdict, form.chapter].filter(function (select) { return select.value; }).length;
    more.textContent = set ? "Filters (" + set + ")" : "Filters";
    status.textContent = count + " of " + rows.length + " shown" + (count ? "" : ": other words, or Show all under Filters");
    document.querySelectorAll(".em-score a").forEach(function (link) {
      var mine = slug(new URL(link.href).searchParams.get("verdict") || "");
      if (verdict && verdict.indexOf(mine) >= 0) { link.setAttribute("aria-current", "true"); } else { link.removeAttribute("aria-current"); }
    });
  }

  function open(wide) {
    form.classList.toggle("em-open-filter", wide);
    more.setAttribute("aria-expanded", String(wide));
  }

  function changed() { write(); apply(); }

  // a link to a claim that is filtered out shows it again
  function reveal() {
    var target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target && target.matches(".em-row")) {
      if (target.hidden) { form.reset(); }
      setTimeout(function () { target.scrollIntoView({ block: "center" }); });
    }
  }

  more.addEventListener("click", function () { open(!form.classList.contains("em-open-filter")); });
  form.addEventListener("input", changed);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () {
    setTimeout(function () {
      [form.by, form.verdict, form.chapter, form.sort].forEach(function (select) { select.selectedIndex = 0; });
      changed();
    });
  });
  document.querySelectorAll(".em-score a").forEach(function (link) {
    link.addEventListener("click", function (event) {
      if (event.metaKey || event.ctrlKey || event.shiftKey) { return; }
      event.preventDefault();
      var asked = new URL(link.href).searchParams.get("verdict");
      choose(form.verdict, link.hasAttribute("aria-current") ? "" : asked, slug);
      changed();
    });
  });
  window.addEventListener("hashchange", reveal);
  window.addEventListener("popstate", function () { read(); apply(); });
  read();
  apply();
  reveal();
})();
