/* Every point of a chart has a name, called up by pointer, finger or arrow keys: explorers and the page of every
   curve alike. */
(function () {
  "use strict";

  function make(name, className, parent) {
    var el = document.createElement(name);
    el.className = className;
    parent.append(el);
    return el;
  }

  window.emCharts = window.emCharts || {};

  /* `find` gives the points as {x, y, name, more}: places in pixels of `stage`, in the order of the arrow keys; `more`
     holds further lines for the eye. `say` gets the spoken name. `reach` is how far, in pixels, a pointer may be
     from a point, `touch` how far a tap. `early` is called where a key is pressed and there are no points yet. */
  window.emCharts.points = function (stage, options) {
    var ring = make("i", "em-ring", stage), tip = make("p", "em-tip", stage);
    var points = null, at = -1;
    ring.hidden = tip.hidden = true;
    tip.setAttribute("aria-hidden", "true"); // its words are told by `say`
    stage.tabIndex = 0;

    function found() {
      points = points || options.find();
      return points;
    }

    function hide() {
      at = -1;
      ring.hidden = tip.hidden = true;
    }

    function show(i, aloud) {
      var point = found()[i];
      if (!point) { return; }
      at = i;
      ring.hidden = tip.hidden = false;
      ring.style.transform = "translate(" + point.x + "px," + point.y + "px)";
      tip.textContent = "";
      make(point.more ? "b" : "span", "", tip).textContent = point.more ? point.title : point.name;
      (point.more || []).forEach(function (line) { if (line) { make("span", "", tip).textContent = line; } });
      var left = Math.min(Math.max(point.x - tip.offsetWidth / 2, 0), stage.clientWidth - tip.offsetWidth);
      var above = point.y - tip.offsetHeight - 14;
      tip.style.transform = "translate(" + Math.max(0, left) + "px," + (above < -20 ? point.y + 14 : above) + "px)";
      if (aloud) { options.say(point.name); }
    }

    /* the drawing is another one, or has another size: the point called up is looked for anew */
    function again() {
      var name = at >= 0 && points && points[at] && points[at].name;
      points = null;
      if (!name) { hide(); return; }
      var i = found().findIndex(function (p) { return p.name === name; });
      if (i >= 0) { show(i, false); } else { hide(); }
    }

    function nearest(event, within) {
      var box = stage.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      var best = -1, least = within * within;
      found().forEach(function (point, i) {
        var away = Math.pow(point.x - x, 2) + Math.pow(point.y - y, 2);
        if (away < least) { least = away; best = i; }
      });
      return best;
    }

    function point(event) {
      var tapped = event.type === "click", i = nearest(event, tapped ? options.touch : options.reach);
      if (i < 0) { hide(); } else if (tapped || i !== at) { show(i, tapped); }
    }

    /* the next point up or down: near in x before near in y */
    function over(direction) {
      var all = found(), here = all[at], best = at, least = Infinity;
      all.forEach(function (p, i) {
        var up = (p.y - here.y) * direction;
        var away = up + 8 * Math.abs(p.x - here.x);
        if (i !== at && up > 0.5 && away < least) { least = away; best = i; }
      });
      return best;
    }

    stage.addEventListener("pointermove", function (event) { if (event.pointerType === "mouse") { point(event); } });
    stage.addEventListener("pointerleave", function (event) { if (event.pointerType === "mouse") { hide(); } });
    stage.addEventListener("click", point);
    stage.addEventListener("blur", hide);
    stage.addEventListener("keydown", function (event) {
      var last = found().length - 1, key = event.key;
      if (key === "Escape") { hide(); return; }
      var next = { ArrowRight: at < 0 ? 0 : Math.min(at + 1, last), ArrowLeft: at < 0 ? last : Math.max(at - 1, 0),
                   Home: 0, End: last }[key];
      if (key === "ArrowUp" || key === "ArrowDown") { next = at < 0 ? 0 : over(key === "ArrowUp" ? -1 : 1); }
      if (next === undefined) { return; }
      event.preventDefault();
      if (last < 0) { if (options.early) { options.early(); } return; }
      show(next, true);
    });
    new ResizeObserver(again).observe(stage);
    return { again: again, hide: hide };
  };
})();
