/* Explorers: figures with knobs (emergence_utils/explorers).
   The page carries the picture of the starting state; every point of it has a name, which is called up by
   pointer, finger or arrow keys. The chart library is large: it is fetched once the page's text stands
   (book/build/ahead.py), and run when a reader turns a knob that needs it. Until then, and where it cannot be
   had, the picture stands in its place. */
(function () {
  "use strict";

  var calm = matchMedia("(prefers-reduced-motion: reduce)");
  var MORPH = 400, REACH = 28, SETTLED = 700; // milliseconds, pixels, milliseconds

  function make(name, className, parent) {
    var el = document.createElement(name);
    el.className = className;
    parent.append(el);
    return el;
  }

  /* ---- from one drawing to the next: every number of every mark moves ---- */

  var MOVING = ["transform", "d", "x", "y", "x2", "y2", "width", "height"];
  var NUMBER = /-?\d*\.?\d+(?:e[-+]?\d+)?/g;

  function values(el) {
    var found = {};
    MOVING.forEach(function (name) {
      if (el.hasAttribute(name)) { found[name] = el.getAttribute(name); }
    });
    return found;
  }

  /* the marks of a drawing by layer, each with where it is now */
  function look(svg) {
    return Array.prototype.map.call(svg.querySelectorAll("g.role-mark"), function (group) {
      return { group: group, marks: Array.prototype.map.call(group.children, function (el) {
        return { el: el, values: values(el) };
      }) };
    });
  }

  /* the way of one attribute; null where there is none, or no way between */
  function way(el, name, from, to) {
    if (from === to || from === undefined || from.replace(NUMBER, "#") !== to.replace(NUMBER, "#")) { return null; }
    return { el: el, name: name, to: to, parts: to.split(NUMBER), a: from.match(NUMBER).map(Number),
             b: to.match(NUMBER).map(Number) };
  }

  function ways(before, after) {
    var found = [];
    after.forEach(function (layer, i) {
      var old = before[i];
      if (!old || old.marks.length !== layer.marks.length) {
        if (layer.group.animate) { layer.group.animate([{ opacity: 0 }, { opacity: 1 }], MORPH / 2); }
        return;
      }
      layer.marks.forEach(function (mark, j) {
        Object.keys(mark.values).forEach(function (name) {
          var one = way(mark.el, name, old.marks[j].values[name], mark.values[name]);
          if (one) { found.push(one); }
        });
      });
    });
    return found;
  }

  function mover(done) {
    var now = [], handle = 0;
    function end() {
      if (!now.length) { return; }
      cancelAnimationFrame(handle);
      now.forEach(function (one) { one.el.setAttribute(one.name, one.to); });
      now = [];
      done();
    }
    function place(t) {
      var share = t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) * (1 - t);
      now.forEach(function (one) {
        one.el.setAttribute(one.name, one.parts.map(function (part, i) {
          return i < one.a.length ? part + Number((one.a[i] + (one.b[i] - one.a[i]) * share).toFixed(2)) : part;
        }).join(""));
      });
    }
    return {
      end: end,
      go: function (list) {
        end();
        now = list;
        if (!now.length || calm.matches) { if (now.length) { end(); } else { done(); } return; }
        var begin = performance.now();
        place(0);
        handle = requestAnimationFrame(function step(time) {
          var t = (time - begin) / MORPH;
          if (t >= 1) { end(); return; }
          place(Math.max(0, t));
          handle = requestAnimationFrame(step);
        });
      }
    };
  }

  /* what stands on the axes: a ghost of other axes would lie */
  function axes(svg) {
    return Array.prototype.map.call(svg.querySelectorAll(".role-axis text"), function (text) {
      return text.textContent;
    }).join("|");
  }

  /* the marks alone, pale, for the state before */
  function bare(svg) {
    var copy = svg.cloneNode(true);
    copy.querySelectorAll(".role-axis, .role-title, .mark-text").forEach(function (el) { el.remove(); });
    copy.querySelectorAll("*").forEach(function (el) {
      ["aria-label", "role", "aria-roledescription", "id"].forEach(function (name) { el.removeAttribute(name); });
    });
    ["role", "aria-roledescription", "aria-label", "class", "style"].forEach(function (name) { copy.removeAttribute(name); });
    return copy;
  }

  /* ---- a picture to take away: legend, drawing and words in one file ---- */

  var FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

  function escaped(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  }

  function lines(text, width, font) {
    var pen = document.createElement("canvas").getContext("2d"), out = [""];
    pen.font = font;
    text.split(" ").forEach(function (word) {
      var tried = (out[out.length - 1] + " " + word).trim();
      if (pen.measureText(tried).width > width && out[out.length - 1]) { out.push(word); }
      else { out[out.length - 1] = tried; }
    });
    return out;
  }

  function picture(figure, svg) {
    var style = getComputedStyle(figure), box = svg.viewBox.baseVal, top = 10, body = "";
    function colours(text) {
      return text.replace(/var\((--[\w-]+)(?:,\s*([^)]*))?\)/g, function (_, name, other) {
        return style.getPropertyValue(name).trim() || other;
      });
    }
    function write(text, y, size, weight) {
      return '<text x="4" y="' + y + '" font-size="' + size + '" font-weight="' + weight +
             '" fill="var(--em-ink, #24292f)">' + escaped(text) + "</text>";
    }
    var head = figure.querySelector(".em-head");
    if (head) { top += 20; body += write(head.textContent, top, 18, 700); }
    var x = 4;
    figure.querySelectorAll(".em-legend li").forEach(function (item, i) {
      var wide = lines.width(item.textContent) + 32;
      if (!i) { top += 18; } else if (x + wide > box.width) { x = 4; top += 18; }
      body += '<g transform="translate(' + x + "," + (top - 10) + ')">' + item.querySelector("svg").innerHTML +
              '</g><text x="' + (x + 26) + '" y="' + top + '" font-size="12" fill="var(--em-ink, #24292f)">' +
              escaped(item.textContent) + "</text>";
      x += wide + 8;
    });
    body += '<g transform="translate(0,' + (top + 6) + ')">' + svg.innerHTML + "</g>";
    var y = top + 6 + box.height + 18;
    lines(figure.querySelector(".em-state > span").textContent, box.width - 8, "13px " + FONT).forEach(function (line) {
      body += write(line, y, 13, 400);
      y += 18;
    });
    return { width: box.width, height: y, text: colours('<svg xmlns="http://www.w3.org/2000/svg" width="' + box.width +
      '" height="' + y + '" viewBox="0 0 ' + box.width + " " + y + '" font-family="' + FONT +
      '"><rect width="100%" height="100%" fill="var(--em-paper, #ffffff)"/>' + body + "</svg>") };
  }
  lines.width = function (text) {
    var pen = document.createElement("canvas").getContext("2d");
    pen.font = "12px " + FONT;
    return pen.measureText(text).width;
  };

  function takeAway(figure, svg, kind) {
    var made = picture(figure, svg), blob = new Blob([made.text], { type: "image/svg+xml" });
    if (kind === "svg") { window.emCharts.save(blob, figure.id + ".svg"); return; }
    var image = new Image(), url = URL.createObjectURL(blob);
    image.onload = function () {
      var sheet = document.createElement("canvas");
      sheet.width = 2 * made.width;
      sheet.height = 2 * made.height;
      sheet.getContext("2d").drawImage(image, 0, 0, sheet.width, sheet.height);
      URL.revokeObjectURL(url);
      sheet.toBlob(function (png) { window.emCharts.save(png, figure.id + ".png"); });
    };
    image.src = url;
  }

  /* what the address calls the positions of a knob: by their texts, where the values are mere numbers */
  function called(knob) {
    var names = knob.values.map(function (value, i) {
      return typeof value === "string" ? value : knob.texts[i].toLowerCase().replace(/[^a-z0-9.]+/g, "-").replace(/^-|-$/g, "");
    });
    return new Set(names).size === names.length ? names : knob.values.map(String);
  }

  /* ---- one figure ---- */

  function explorer(figure) {
    var page = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    var stage = figure.querySelector(".em-stage"), live = figure.querySelector(".em-live");
    var state = figure.querySelector(".em-state > span"), head = figure.querySelector(".em-head > span");
    var stills = Array.prototype.slice.call(figure.querySelectorAll(".em-static"));
    var reset = figure.querySelector('[data-do="reset"]');
    var view = null, begun = false, turned = -SETTLED, size = 0, points = null;
    var moves = mover(function () { again(); figure.dataset.rest = "yes"; });

    var knobs = page.knobs.map(function (knob) {
      var radios = figure.querySelectorAll('[data-knob="' + knob.name + '"] input[type=radio]');
      var one = figure.querySelector('[data-knob="' + knob.name + '"] :is(select, input[type=range])');
      var front = figure.querySelector('.em-switch[data-knob="' + knob.name + '"]');
      return {
        now: front && make("span", "em-now", front), inFront: front ? front.querySelectorAll("input").length : 0,
        name: knob.name, values: knob.values, texts: knob.texts, one: one, start: knob.start, called: called(knob),
        output: one && one.parentElement.querySelector("output"),
        at: function () {
          return one ? Number(one.value) : Array.prototype.findIndex.call(radios, function (r) { return r.checked; });
        },
        set: function (i) { if (one) { one.value = i; } else { radios[i].checked = true; } }
      };
    });

    function atStart() { return knobs.every(function (knob) { return knob.at() === knob.start; }); }

    /* which of the two pictures is shown: the live chart has its size */
    function shown() {
      var found = stills.findIndex(function (el) { return getComputedStyle(el).display !== "none"; });
      return Math.max(0, found);
    }

    function drawing() {
      return figure.dataset.state === "live" ? live.querySelector("svg") : stills[shown()].querySelector("svg");
    }

    function say() {
      var row = 0;
      knobs.forEach(function (knob) {
        row = row * knob.values.length + knob.at();
        if (knob.output) {
          knob.output.textContent = knob.texts[knob.at()];
          knob.one.setAttribute("aria-valuetext", knob.texts[knob.at()]);
        }
      });
      // a switch whose chosen position stands behind "More" says so in front
      knobs.filter(function (knob) { return knob.now; }).forEach(function (knob) {
        knob.now.hidden = knob.at() < knob.inFront;
        knob.now.textContent = knob.now.hidden ? "" : "Now: " + knob.texts[knob.at()];
      });
      if (state.textContent !== page.words[row]) { state.textContent = page.words[row]; }
      if (head && head.textContent !== page.heads[row]) { head.textContent = page.heads[row]; }
      if (reset) { reset.disabled = atStart(); }
    }

    /* ---- the address holds what is not as at the start ---- */

    function restore() {
      var asked = new URLSearchParams(location.search);
      knobs.forEach(function (knob) {
        var i = knob.called.indexOf(asked.get(page.name + "." + knob.name));
        if (i >= 0) {
          knob.set(i);
          var fold = i !== knob.start && figure.querySelector(".em-more");
          var chosen = fold && fold.querySelector('[data-knob="' + knob.name + '"]');
          if (chosen && (knob.one || chosen.querySelector("input:checked"))) { fold.open = true; }
        }
      });
    }

    function remember() {
      var asked = new URLSearchParams(location.search);
      knobs.forEach(function (knob) {
        var key = page.name + "." + knob.name;
        if (knob.at() === knob.start) { asked.delete(key); } else { asked.set(key, knob.called[knob.at()]); }
      });
      var query = asked.toString();
      try {
        history.replaceState(history.state, "", location.pathname + (query ? "?" + query : "") + location.hash);
      } catch (error) { /* a page opened as a file may have no address of its own */ }
    }

    /* ---- the state before stays as a ghost ---- */

    var shade = document.createElement("div");
    shade.className = "em-ghost";
    shade.setAttribute("aria-hidden", "true");
    stage.prepend(shade);

    /* what was to be seen, before it changes */
    function leave() {
      moves.end();
      var svg = drawing(), fresh = performance.now() - turned > SETTLED;
      turned = performance.now();
      figure.dataset.rest = "no";
      return { axes: axes(svg), ghost: fresh ? bare(svg) : null };
    }

    function haunt(old, svg) {
      if (old.axes !== axes(svg) || atStart()) { shade.replaceChildren(); }
      else if (old.ghost) { shade.replaceChildren(old.ghost); }
    }

    /* ---- pictures that know the other positions of the switch need no library ---- */

    var framed = stills.map(function (still) {
      if (!still.dataset.frames) { return null; }
      var all = [still.querySelector("svg")], frames = JSON.parse(still.dataset.frames), first = {};
      all = all.concat(Array.prototype.slice.call(all[0].querySelectorAll("*")));
      function read(k, name) { return name ? all[k].getAttribute(name) : all[k].textContent; }
      Object.keys(frames).forEach(function (i) {
        frames[i].forEach(function (change) {
          first[change[0]] = first[change[0]] || {};
          Object.keys(change[1]).forEach(function (name) { first[change[0]][name] = read(change[0], name); });
        });
      });
      return function (i) {
        var target = {}, found = [];
        Object.keys(first).forEach(function (k) { target[k] = Object.assign({}, first[k]); });
        (frames[i] || []).forEach(function (change) { Object.assign(target[change[0]], change[1]); });
        Object.keys(target).forEach(function (k) {
          Object.keys(target[k]).forEach(function (name) {
            var now = read(k, name), next = target[k][name];
            if (now === next) { return; }
            var one = MOVING.indexOf(name) >= 0 && way(all[k], name, now, next);
            if (one) { found.push(one); } else if (name) { all[k].setAttribute(name, next); } else { all[k].textContent = next; }
          });
        });
        return found;
      };
    });

    /* whether the pictures can show what the knobs say */
    function still() {
      return !view && framed[0] && knobs.slice(1).every(function (knob) { return knob.at() === knob.start; }) &&
        (knobs[0].at() === knobs[0].start || knobs[0].at() in JSON.parse(stills[0].dataset.frames));
    }

    function showFrame() {
      var old = leave(), here = shown(), list = [];
      framed.forEach(function (frame, i) {
        frame(knobs[0].at()).forEach(function (one) {
          if (i === here) { list.push(one); } else { one.el.setAttribute(one.name, one.to); }
        });
      });
      moves.go(list.slice());
      haunt(old, drawing());
    }

    /* ---- the live chart ---- */

    function turn() {
      if (!view) { return Promise.resolve(); }
      var old = leave(), before = look(live);
      knobs.forEach(function (knob) { view.signal(knob.name, knob.values[knob.at()]); });
      return view.runAsync().then(function () {
        var svg = live.querySelector("svg");
        haunt(old, svg);
        moves.go(calm.matches ? [] : ways(before, look(svg)));
      });
    }

    function room(i) {
      var pad = page.spec.padding, box = page.sizes[i];
      return { width: box[0] - pad.left - pad.right, height: box[1] - pad.top - pad.bottom };
    }

    function draw() {
      size = shown();
      return window.emCharts.draw(Object.assign({}, page.spec, room(size)), live).then(function (fresh) {
        if (framed[0]) { // the pictures may have gone ahead
          knobs.forEach(function (knob) { fresh.signal(knob.name, knob.values[knob.at()]); });
        }
        return fresh.runAsync().then(function () {
          view = fresh;
          ["role", "aria-roledescription", "aria-label"].forEach(function (name) {
            live.querySelector("svg").setAttribute(name, stills[size].querySelector("svg").getAttribute(name));
            fresh.container().removeAttribute(name);
          });
          figure.dataset.state = "live";
          return turn().then(function () { if (atStart()) { turned = -SETTLED; } });
        });
      }).then(function () {
        new ResizeObserver(function () {
          if (shown() === size) { return; }
          size = shown();
          shade.replaceChildren();
          view.width(room(size).width).height(room(size).height).runAsync().then(again);
        }).observe(stage);
      });
    }

    function begin() {
      if (begun) { return; }
      begun = true;
      figure.dataset.state = "loading";
      window.emCharts.library().then(draw).catch(function (error) {
        begun = false;
        figure.dataset.state = "failed";
        figure.dataset.error = error.message;
      });
    }

    function change() {
      points.hide();
      say();
      remember();
      if (still()) { showFrame(); } else if (view) { turn(); } else { begin(); }
    }

    /* ---- every point has a name ---- */

    var told = make("p", "em-told", stage);
    told.setAttribute("aria-live", "polite");
    stage.setAttribute("role", "group");
    stage.setAttribute("aria-label", "Chart: " + page.spec.description + ". Arrow keys go from point to point.");
    points = window.emCharts.points(stage, {
      reach: REACH, touch: REACH,
      say: function (text) { told.textContent = text; },
      find: function () {
        var box = stage.getBoundingClientRect();
        var found = Array.prototype.map.call(drawing().querySelectorAll(".mark-symbol [aria-label]"), function (el) {
          var r = el.getBoundingClientRect();
          return { name: el.getAttribute("aria-label"), x: (r.left + r.right) / 2 - box.left, y: (r.top + r.bottom) / 2 - box.top };
        });
        return found.sort(function (a, b) { return a.x - b.x || a.y - b.y; });
      }
    });
    function again() { points.again(); }

    /* ---- knobs and buttons ---- */

    figure.addEventListener("input", function (event) { if (event.target.closest("[data-knob]")) { change(); } });
    figure.addEventListener("click", function (event) {
      var button = event.target.closest("[data-do]");
      if (!button) { return; }
      if (button.dataset.do === "reset") {
        knobs.forEach(function (knob) { knob.set(knob.start); });
        change();
        shade.replaceChildren();
        figure.querySelector("[data-knob] :is(input:checked, select, input[type=range])").focus();
      } else {
        takeAway(figure, drawing(), button.dataset.do);
      }
    });
    if (!framed[0]) { // who comes near will soon turn a knob
      var near = figure.querySelector(".em-knobs");
      ["pointerover", "touchstart", "focusin"].forEach(function (kind) {
        near.addEventListener(kind, begin, { passive: true });
      });
    } else if (figure.querySelector(".em-more")) {
      figure.querySelector(".em-more").addEventListener("toggle", begin);
    }
    restore();
    say();
    figure.dataset.rest = "yes";
    if (!atStart()) { if (still()) { showFrame(); } else { begin(); } }
    return { begin: begin, figure: figure, light: Boolean(framed[0]) };
  }

  var all = Array.prototype.map.call(document.querySelectorAll(".em-explorer"), explorer);
  all = all.filter(function (item) { return !item.light; });
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
