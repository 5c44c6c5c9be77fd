/* Boxes whose content is wider or higher than they are can be reached and scrolled by keyboard. The theme
   measures all of them as soon as a page is loaded, folded ones too, and lays the page out anew for each; here
   they are measured when the browser has nothing else to do, and folded ones when they are unfolded. */
(function () {
  "use strict";

  var KINDS = "pre, .nboutput > .output_area, .cell_output > .output, .jp-RenderedHTMLCommon, " +
    ".pst-scrollable-table-container, div.math";
  var idle = window.requestIdleCallback || function (act) { return setTimeout(act, 50); };
  var waiting = [], running = false, timer = 0;

  function measure() {
    var scrolls = [], end = performance.now() + 8;
    while (waiting.length && performance.now() < end) {
      var box = waiting.shift();
      if (!box.closest("details:not([open])")) {
        scrolls.push([box, box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight]);
      }
    }
    scrolls.forEach(function (pair) {
      var index = pair[1] ? 0 : -1;
      if (pair[0].tabIndex !== index) { pair[0].tabIndex = index; }
    });
    running = waiting.length > 0;
    if (running) { idle(measure); }
  }

  function add(root) {
    waiting.push.apply(waiting, root.querySelectorAll(KINDS));
    if (!running && waiting.length) { running = true; idle(measure); }
  }

  function start() {
    add(document);
    document.addEventListener("toggle", function (event) { if (event.target.open) { add(event.target); } }, true);
    window.addEventListener("resize", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { waiting = []; add(document); }, 300);
    });
  }

  if (document.readyState === "complete") { start(); } else { window.addEventListener("load", start); }
})();
