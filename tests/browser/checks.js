/* Checks that run inside a page; each gives its faults, one sentence each. Set up before the page's own
   scripts, so that layout shifts are seen from the first one on. */
(function () {
  "use strict";

  var shift = 0, moved = new Set();
  new PerformanceObserver(function (list) {
    list.getEntries().forEach(function (entry) {
      if (entry.hadRecentInput || entry.sources.length && entry.sources.every(follows)) { return; }
      shift += entry.value;
      entry.sources.forEach(function (source) { if (source.node) { moved.add(name(source.node)); } });
    });
  }).observe({ type: "layout-shift", buffered: true });

  /* the contents at the side open and close as the reader goes along, on purpose */
  function follows(source) {
    var el = source.node && (source.node.nodeType === 1 ? source.node : source.node.parentElement);
    return el && el.closest(".toc-drawer");
  }

  function name(el) {
    if (el.nodeType !== 1) { el = el.parentElement; }
    if (!el) { return "a removed element"; }
    var id = el.id ? "#" + el.id : "";
    var classes = Array.from(el.classList).slice(0, 2).map(function (c) { return "." + c; }).join("");
    var text = id ? "" : " “" + el.textContent.trim().replace(/\s+/g, " ").slice(0, 40) + "”";
    return el.localName + id + classes + text;
  }

  function all(selector) { return Array.from(document.querySelectorAll(selector)); }

  function named(el) {
    var by = (el.getAttribute("aria-labelledby") || "").split(/\s+/).map(function (id) {
      return id && document.getElementById(id) ? document.getElementById(id).textContent : "";
    }).join("");
    var title = el.querySelector(":scope > title");
    return (el.getAttribute("aria-label") || by || el.getAttribute("alt") || (title && title.textContent) || "").trim();
  }

  function scrolls(el) {
    for (el = el.parentElement; el && el !== document.body; el = el.parentElement) {
      if (getComputedStyle(el).overflowX !== "visible") { return true; }
    }
    return false;
  }

  window.bookChecks = {
    /* wider than the screen: the innermost of the elements that reach furthest, boxes that scroll left out */
    overflow: function () {
      var wide = document.scrollingElement.scrollWidth;
      if (wide <= innerWidth) { return []; }
      var far = null, most = innerWidth;
      all("body *").forEach(function (el) {
        if (!el.checkVisibility() || scrolls(el)) { return; }
        var box = el.getBoundingClientRect();
        var right = Math.max(box.right, getComputedStyle(el).overflowX === "visible" ? box.left + el.scrollWidth : 0);
        if (right > most || (right === most && far && far.contains(el))) { far = el; most = right; }
      });
      return ["is " + wide + " px wide on a screen of " + innerWidth + " px" + (far ? ": " + name(far) : "")];
    },

    shift: function (limit) {
      return shift < limit ? [] : ["moves while it loads (layout shift " + shift.toFixed(3) + "): " + Array.from(moved).join(", ")];
    },

    /* every picture says what it shows; in the text even an ornament must be marked as one */
    names: function () {
      var pictures = all("img, [role=img], article svg").filter(function (el) {
        return !el.closest("[aria-hidden=true]") && !el.parentElement.closest("[role=img], svg");
      });
      return pictures.filter(function (el) {
        var ornament = el.localName === "img" && el.getAttribute("alt") === "" && !el.closest("figure, article");
        return !ornament && !named(el);
      }).map(function (el) { return "a picture without a name: " + name(el); });
    },

    /* folds are opened first: what they hide must be right as well */
    unfold: function () {
      document.documentElement.classList.remove("em-quiet");
      all("details").forEach(function (el) { el.open = true; });
      return [];
    },

    pictures: function () {
      var faults = [];
      all("article img, article svg, .em-figure svg").forEach(function (el) {
        var box = el.getBoundingClientRect();
        if (!el.checkVisibility() || el.parentElement.closest("svg")) { return; }
        if (!(box.width > 0 && box.height > 0)) { faults.push("a picture of no size: " + name(el)); }
        if (el.localName === "img" && el.complete && !el.naturalWidth) { faults.push("a picture that does not load: " + el.getAttribute("src")); }
      });
      all("figure.em-figure").forEach(function (figure) {
        var shown = Array.from(figure.querySelectorAll("svg, img, canvas")).some(function (el) { return el.getBoundingClientRect().height > 0; });
        if (figure.checkVisibility() && !shown) { faults.push("a figure without a picture: " + name(figure)); }
      });
      return faults;
    },

    /* a formula is one only in its own namespace: else it is read as a line of letters */
    formulas: function () {
      var faults = all("article .math").filter(function (el) {
        var formula = el.getElementsByTagNameNS("http://www.w3.org/1998/Math/MathML", "math")[0];
        return el.checkVisibility() && !(formula && formula.getBoundingClientRect().height > 0);
      }).map(function (el) { return "a formula that is not drawn: " + name(el); });
      all("article msqrt").forEach(function (el) {  // its sign comes from the font and takes room before the content
        if (el.checkVisibility() && el.firstElementChild.getBoundingClientRect().left - el.getBoundingClientRect().left < 2) {
          faults.push("a root without its sign: " + name(el));
        }
      });
      return faults;
    },

    /* where the page leads and what can be led to, for the test that follows all links */
    map: function () {
      return [{
        links: Array.from(new Set(all("a[href]").map(function (a) { return a.href; }))),
        anchors: all("[id], a[name]").map(function (el) { return el.id || el.name; })
      }];
    }
  };
})();
