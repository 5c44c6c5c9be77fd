/* What every page with live charts uses: the chart library, run once and only when asked for, and saving a
   picture or a table that a page has made. */
(function () {
  "use strict";

  var library = new URL("vega.js", document.currentScript.src).href;
  var loading = null;

  window.emCharts = Object.assign(window.emCharts || {}, {
    library: function () {
      loading = loading || new Promise(function (resolve, reject) {
        var tag = document.createElement("script");
        tag.src = library;
        tag.onload = function () { resolve(window.vega); };
        tag.onerror = function () { loading = null; reject(new Error("the chart library did not load")); };
        document.head.append(tag);
      });
      return loading;
    },

    /* A chart in Vega's language becomes a view, drawn into `place` where one is given. */
    draw: function (spec, place) {
      return window.emCharts.library().then(function (vega) {
        return new vega.View(vega.parse(spec), {
          container: place, renderer: place ? "svg" : "none", logLevel: 2 // warnings, too
        }).runAsync();
      });
    },

    save: function (blob, name) {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
    }
  });
})();
