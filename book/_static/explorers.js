/* Explorers: figures with knobs (emergence_utils/explorers).
   The chart library is large, so it is fetched only when a reader is about to use it. Until then, and where
   it cannot be had, the static figure stands in its place. */
(function () {
  "use strict";

  var library = new URL("vega.js", document.currentScript.src).href;
  var loading = null;

  function vega() {
    loading = loading || new Promise(function (resolve, reject) {
      var tag = document.createElement("script");
      tag.src = library;
      tag.onload = function () { resolve(window.vegaEmbed); };
      tag.onerror = function () { loading = null; reject(new Error("the chart library did not load")); };
      document.head.append(tag);
    });
    return loading;
  }

  function explorer(figure) {
    var page = JSON.parse(figure.querySelector("script").textContent);
    var stage = figure.querySelector(".em-stage"), live = figure.querySelector(".em-live");
    var state = figure.querySelector(".em-state > span");
    var view = null, begun = false;

    var knobs = page.knobs.map(function (knob) {
      var box = figure.querySelector('[data-knob="' + knob.name + '"]');
      var one = box.querySelector("select, input[type=range]");
      return {
        name: knob.name, values: knob.values, texts: knob.texts, one: one, output: box.querySelector("output"),
        at: function () { return Number((one || box.querySelector("input:checked")).value); }
      };
    });

    function say() {
      var row = 0;
      knobs.forEach(function (knob) {
        row = row * knob.values.length + knob.at();
        if (knob.output) {
          knob.output.textContent = knob.texts[knob.at()];
          knob.one.setAttribute("aria-valuetext", knob.texts[knob.at()]);
        }
      });
      if (state.textContent !== page.words[row]) { state.textContent = page.words[row]; }
      live.setAttribute("aria-label", page.words[row]);
    }

    function turn() {
      if (!view) { return; }
      knobs.forEach(function (knob) { view.signal(knob.name, knob.values[knob.at()]); });
      view.runAsync();
    }

    function draw(embed) {
      var spec = page.spec;
      spec.width = stage.clientWidth;
      spec.height = stage.clientHeight;
      spec.autosize = { type: "fit", contains: "padding" };
      return embed(live, spec, {
        mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false,
        patch: function (compiled) {
          (compiled.axes || []).forEach(function (axis) {
            if (axis.title && page.titles[axis.scale]) { axis.title = { signal: page.titles[axis.scale] }; }
          });
          return compiled;
        }
      }).then(function (result) {
        view = result.view;
        turn();
        return view.runAsync();
      }).then(function () {
        // the figure itself has a name and its words; the drawing's inner names would only repeat them
        live.querySelector("svg").setAttribute("aria-hidden", "true");
        figure.dataset.state = "live";
        new ResizeObserver(function () {
          view.width(stage.clientWidth).height(stage.clientHeight).runAsync();
        }).observe(stage);
      });
    }

    function begin() {
      if (begun) { return; }
      begun = true;
      figure.dataset.state = "loading";
      vega().then(draw).catch(function (error) {
        begun = false;
        figure.dataset.state = "failed";
        figure.dataset.error = error.message;
      });
    }

    figure.addEventListener("input", function () { begin(); say(); turn(); });
    ["pointerover", "touchstart", "focusin"].forEach(function (kind) {
      figure.addEventListener(kind, begin, { passive: true });
    });
    say();
    return { begin: begin, figure: figure };
  }

  var all = Array.prototype.map.call(document.querySelectorAll(".em-explorer"), explorer);
  if (!all.length) { return; }

  // once the reader scrolls, a chart near the screen gets ready, unless data is to be saved
  var saving = navigator.connection && navigator.connection.saveData;
  addEventListener("scroll", function () {
    if (saving) { return; }
    var watch = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) { return; }
        all.find(function (item) { return item.figure === entry.target; }).begin();
        watch.unobserve(entry.target);
      });
    }, { rootMargin: "200px" });
    all.forEach(function (item) { watch.observe(item.figure); });
  }, { once: true, passive: true });
})();
