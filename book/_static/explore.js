/* The page of every curve (book/build/explore). The lists are filled from one index; files of curves near the one
   shown and the chart library are fetched ahead (book/build/ahead.py), others when they are picked. What is
   said of a curve was computed in Python: here a point's name and numbers are listed, nothing is reckoned. */
(function () {
  "use strict";

  var root = document.querySelector(".em-ex");
  if (!root) { return; }
  var page = JSON.parse(root.querySelector(".em-ex-page").textContent);
  var folder = new URL("explore/", document.currentScript.src).href;
  var FACETS = ["source", "task", "part", "metric", "prompting", "models"];
  var LISTS = { task: "tasks", part: "parts", metric: "metrics", prompting: "prompting", models: "models" };
  var AXES = Object.keys(page.template.axes);
  var NARROW = "\u202f";

  function one(selector, within) { return (within || root).querySelector(selector); }
  function all(selector, within) { return Array.prototype.slice.call((within || root).querySelectorAll(selector)); }
  function at(values, i) { return Array.isArray(values) ? values[i] : values; }
  function copy(value) { return JSON.parse(JSON.stringify(value)); }
  function spaced(text) { return text.replace(/_/g, " "); }

  // ---- what is fetched

  var kept = {};
  function fetched(name) {
    kept[name] = kept[name] || fetch(folder + name).then(function (answer) {
      if (!answer.ok) { throw new Error(name + " answers " + answer.status); }
      return answer.arrayBuffer();
    }).then(function (bytes) {
      var head = new Uint8Array(bytes, 0, 2), packed = head[0] === 0x1f && head[1] === 0x8b;
      // some hosts unpack such files on the way
      var stream = new Blob([bytes]).stream();
      return new Response(packed ? stream.pipeThrough(new DecompressionStream("gzip")) : stream).json();
    }).catch(function (error) { delete kept[name]; throw error; });
    return kept[name];
  }

  // ---- the state: two sets of facets, an axis, a scale; kept in the address

  var index = null;
  var state = null;
  var panels = all(".em-ex-panel");
  var drawn = [null, null];  // what each panel shows: {found, view, points, spec}

  function source(name) { return index.sources.find(function (s) { return s.name === name; }); }

  /* The options of each list given those before it, and the picked ones made to exist. What was not picked stays
     with the models where it can; models that were picked (`held`) bring the task with them. `near` says of each
     option how close it is to what is shown: 0 the same models and metric, 1 the same models, 2 others. */
  function settle(picked, held) {
    var from = source(picked.source) || index.sources[0], mine = from.models.indexOf(picked.models);
    var options = { source: index.sources.map(function (s) { return s.name; }) }, near = {};
    var holds = from.sets.map(function (set) { return set.some(function (pair) { return pair[0] === mine; }); });
    function has(cell) { return holds[cell[4]]; }
    var cells = held === "models" ? from.cells.filter(has) : from.cells, whole = from.cells;
    if (!cells.length) { cells = whole; }
    picked.source = from.name;
    ["task", "part", "metric", "prompting"].forEach(function (facet, i) {
      function name(cell) { return from[LISTS[facet]][cell[i]]; }
      var rank = {}, asked = picked.metric;
      whole.forEach(function (cell) {
        var close = !has(cell) ? 2 : i < 2 && from.metrics[cell[2]] !== asked ? 1 : 0;
        rank[cell[i]] = Math.min(close, rank[cell[i]] === undefined ? 2 : rank[cell[i]]);
      });
      var numbers = Object.keys(rank).map(Number).sort(function (a, b) { return a - b; });
      options[facet] = numbers.map(function (n) { return from[LISTS[facet]][n]; });
      near[facet] = numbers.map(function (n) { return rank[n]; });
      var chosen = picked[facet];
      if (!cells.some(function (cell) { return name(cell) === chosen; })) {
        var near1 = cells.filter(has), near0 = near1.filter(function (cell) { return i > 1 || from.metrics[cell[2]] === asked; });
        chosen = name(first([near0, near1, cells].find(function (some) { return some.length; }), i));
      }
      picked[facet] = chosen;
      cells = cells.filter(function (cell) { return name(cell) === chosen; });
      whole = whole.filter(function (cell) { return name(cell) === chosen; });
    });
    var cell = cells[0], set = from.sets[cell[4]];
    var here = set.map(function (pair) { return from.models[pair[0]]; });
    if (here.indexOf(picked.models) < 0) { picked.models = here[0]; }
    options.models = here.concat(from.models.filter(function (name) { return here.indexOf(name) < 0; }));
    near.models = options.models.map(function (name, i) { return i < here.length ? 0 : 2; });
    var pair = set[here.indexOf(picked.models)];
    return {
      picked: picked, options: options, near: near, number: from.cells.indexOf(cell), model: pair[0],
      file: from.name + "-" + cell[5] + ".json.gz", title: from.title,
      axes: AXES.filter(function (axis, i) { return pair[1] >> i & 1; })
    };
  }

  function first(cells, i) {
    return cells.reduce(function (least, cell) { return cell[i] < least[i] ? cell : least; });
  }

  function same(a, b) { return FACETS.every(function (facet) { return a[facet] === b[facet]; }); }

  function related(a, b) {
    return a.task === b.task || (a.models === b.models && a.models !== "all families");
  }

  /* The same answers under another metric, of the other kind where there is one; null where there is none. */
  function twin(curve) {
    var others = settle(copy(curve)).options.metric.filter(function (metric) {
      var got = settle(Object.assign(copy(curve), { metric: metric })).picked;
      return metric !== curve.metric && got.models === curve.models && got.prompting === curve.prompting;
    });
    var hard = index.metrics[curve.metric].hard;
    others.sort(function (a, b) { return (index.metrics[a].hard === hard) - (index.metrics[b].hard === hard); });
    return others.length ? settle(Object.assign(copy(curve), { metric: others[0] })).picked : null;
  }

  /* Where the second curve goes when the first has gone from `before` to `now`: it keeps what set it apart. */
  function followed(second, before, now) {
    if (!related(second, before)) { return second; } // set side by side on purpose
    var wish = copy(second);
    FACETS.forEach(function (facet) { if (second[facet] === before[facet]) { wish[facet] = now[facet]; } });
    var got = settle(copy(wish)).picked;
    if (source(wish.source) && got.task === wish.task && got.part === wish.part && related(got, now)) {
      if (!same(got, now)) { return got; }
      got = twin(now);
      if (got) { return got; }
    }
    return related(second, now) && second.source === now.source && !same(second, now) ? second : null;
  }

  function picks(which, params) {
    var found = {};
    FACETS.forEach(function (facet) { found[facet] = params[facet + (which ? "2" : "")] || ""; });
    return found;
  }

  function opening() {
    return { curves: [picks(0, page.start), picks(1, page.start)], axis: "params", log: true, together: false };
  }

  function read() {
    var params = {}, asked = new URLSearchParams(location.search);
    asked.forEach(function (value, name) { params[name] = value; });
    if (!source(params.source)) { return opening(); }
    return {
      curves: [picks(0, params), source(params.source2) ? picks(1, params) : null],
      axis: AXES.indexOf(params.axis) < 0 ? "params" : params.axis,
      log: params.scale !== "linear", together: params.together === "1"
    };
  }

  function query() {
    var params = new URLSearchParams();
    state.curves.forEach(function (picked, which) {
      if (!picked) { return; }
      FACETS.forEach(function (facet) {
        if (picked[facet]) { params.set(facet + (which ? "2" : ""), picked[facet]); }
      });
    });
    params.set("axis", state.axis);
    if (!state.log) { params.set("scale", "linear"); }
    if (state.together) { params.set("together", "1"); }
    return params;
  }

  var embedded = document.documentElement.classList.contains("em-embed");
  function remember(clear, step) {
    var params = clear ? new URLSearchParams() : query();
    if (embedded) { params.set("embed", "1"); }
    var text = params.toString();
    var address = location.pathname + (text ? "?" + text : "") + location.hash;
    // a curve that was chosen is a page to come back to, a knob is not
    var go = step && address !== location.pathname + location.search + location.hash ? "pushState" : "replaceState";
    history[go](null, "", address);
    one(".em-ex-home").href = location.pathname + (clear ? "" : "?" + query());
  }

  function note(text) {
    var box = one(".em-ex-note");
    box.hidden = !text;
    box.textContent = text || "";
  }

  /* What the address asks for and this page does not have, with what is shown in its place. */
  function lost() {
    var asked = new URLSearchParams(location.search), missing = [], shown = [];
    state.curves.forEach(function (picked, which) {
      var behind = which ? "2" : "", wrong = FACETS.filter(function (facet) {
        var name = asked.get(facet + behind);
        return name && (!picked || picked[facet] !== name);
      });
      wrong.forEach(function (facet) {
        missing.push(page.names[facet].toLowerCase() + " \u201c" + spaced(asked.get(facet + behind)) + "\u201d");
      });
      if (wrong.length && picked) {
        shown.push(named(picked).join(", "));
      }
    });
    if (asked.has("axis") && AXES.indexOf(asked.get("axis")) < 0) { missing.push("axis \u201c" + asked.get("axis") + "\u201d"); }
    if (!missing.length) { return ""; }
    return "The address names a curve that is not here (" + missing.join("; ") + "). " +
      (shown.length ? "Shown in its place: " + Array.from(new Set(shown)).join("; and ") + "." : "The rest of it is shown.");
  }

  // ---- numbers and names, listed as the table has them

  function scaleText(value, axis) {
    if (value === 0) { return "0"; }
    if (axis === "train_flops" || value >= 1e15) {
      var power = Math.floor(Math.log10(value)), lead = Number((value / Math.pow(10, power)).toPrecision(2));
      if (lead === 10) { lead = 1; power += 1; }
      return lead + " × 10" + raised(power);
    }
    var words = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]];
    for (var i = 0; i < words.length; i += 1) {
      if (value >= words[i][0]) {
        var share = value / words[i][0];
        return (share >= 99.5 ? share.toFixed(0) : String(Number(share.toPrecision(2)))) + " " + words[i][1];
      }
    }
    return Math.round(value).toLocaleString("en-GB");
  }

  function raised(power) {
    return String(power).replace("-", "\u207b").replace(/\d/g, function (d) { return "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]; });
  }

  /* four digits; as a power of ten where it would be a row of noughts */
  function plain(value) {
    var size = Math.abs(value), power = Math.floor(Math.log10(size));
    if (!size || (size >= 1e-4 && size < 1e15)) { return Number(value.toPrecision(4)).toLocaleString("en-GB", { maximumFractionDigits: 9 }); }
    return Number((value / Math.pow(10, power)).toPrecision(2)) + " × 10" + raised(power);
  }

  function valueText(value, about, bare) {
    if (about.unit === "fraction") { return (100 * value).toFixed(1) + (bare ? "" : NARROW + "%"); }
    return plain(value) + (bare || about.unit === "1" ? "" : " " + about.unit);
  }

  function pointsOf(found, axis) {
    var curve = found.curve, frame = found.frame, rows = [];
    curve.v.forEach(function (value, i) {
      var x = at(frame[axis], i);
      if (x === null || x === undefined || (state.log && x <= 0)) { return; }
      rows.push({
        x: x, y: value, low: curve.l ? curve.l[i] : null, high: curve.h ? curve.h[i] : null, i: i,
        name: found.names[at(frame.m, i)], n: at(curve.n, i), how: at(curve.how, i) || 0, runs: at(curve.k, i) || 1
      });
    });
    return rows.sort(function (a, b) { return a.x - b.x; });
  }

  function cells(point, found, axis) {
    return [point.name, scaleText(point.x, axis), valueText(point.y, found.about),
      point.how ? valueText(point.low, found.about, true) + " to " + valueText(point.high, found.about, true) : "",
      point.n ? Math.round(point.n).toLocaleString("en-GB") : ""];
  }

  function how(point) { return page.how[point.how].replace("{}", point.runs); }

  function said(point, found, axis) {
    var text = cells(point, found, axis);
    return text[0] + ": " + text[2] + (text[3] ? " (" + text[3] + ", " + how(point) + ")" : " (" + how(point) + ")") +
      (text[4] ? ", n = " + text[4] : "") + ". " + page.template.axes[axis] + ": " + text[1] + ".";
  }

  function named(picked) {
    var rest = ["task", "part", "prompting", "models"].map(function (f) { return picked[f]; });
    return [index.metrics[picked.metric].label, rest.filter(Boolean).map(spaced).join(", ")];
  }

  function title(found) { return named(found.picked); }

  // ---- the chart: the same steps as book/build/explore/chart.py

  function ticks(low, high) {
    var start = Math.floor(Math.log10(low)), end = Math.ceil(Math.log10(high)), wide = Math.log10(high / low);
    var step = Math.max(1, Math.ceil((end - start) / 6)), parts = wide < 1.6 ? [1, 2, 5] : wide < 2.6 ? [1, 3] : [1];
    var values = [];
    for (var e = start; e <= end; e += step) {
      parts.forEach(function (part) { values.push(Number(part + "e" + e)); });
    }
    return values.filter(function (v) { return v >= low * 0.95 && v <= high * 1.05; });
  }

  function fill(curves, axis, width) {
    var made = page.template, spec = copy(made.base), metric = curves[0].about, xs = [], ys = [];
    var same = curves.every(function (c) { return c.about.label === metric.label; });
    var turned = curves.every(function (c) { return !c.about.up; });
    spec.width = width;
    spec.data = [];
    spec.marks = [];
    curves.forEach(function (c) {
      var rows = c.points.map(function (p) { return { x: p.x, y: p.y, low: p.low, high: p.high }; });
      var known = rows.filter(function (row) { return row.low !== null; }), chance = at(c.curve.c, 0);
      var data = {
        chance: chance === undefined || chance === null ? [] : [{ y: chance }],
        range: known, line: c.joined ? rows : [], curve: rows
      };
      Object.keys(data).forEach(function (name) { spec.data.push({ name: name + c.at, values: data[name] }); });
      var marks = copy(made.marks[c.at]);
      if (rows.length > made.many) { marks[marks.length - 1].encode.update.size.value = made.small; }
      spec.marks = spec.marks.concat(marks);
      rows.forEach(function (row) { xs.push(row.x); });
      data.chance.concat(rows).forEach(function (row) { ys.push(row.y); });
      known.forEach(function (row) { ys.push(row.low, row.high); });
    });
    function ends(values) { return [Math.min.apply(null, values), Math.max.apply(null, values)]; }
    function labelled(expression) { return { labels: { update: { text: { signal: expression } } } }; }
    var x = spec.scales[0], y = spec.scales[1], left = spec.axes[0], below = spec.axes[1];
    x.type = state.log ? "log" : "linear";
    x.domain = xs.length ? ends(xs) : [1, 10];
    below.title = made.axes[axis] + (state.log ? ", log scale" : "");
    below.encode = labelled(made.labels[axis]);
    if (state.log && xs.length) { below.values = ticks(x.domain[0], x.domain[1]); }
    var percent = metric.unit === "fraction";
    y.domain = percent || !ys.length ? [0, 1] : ends(ys);
    y.nice = !percent;
    left.title = same ? metric.label : "Score (" + metric.unit + ")";
    if (turned) { y.reverse = true; }
    if (turned && same) {
      left.title = [left.title, made.turned];
      left.titleY = made.above;
      left.titleLineHeight = made.line;
    }
    if (percent) { left.encode = labelled(made.percent); }
    return spec;
  }

  // ---- one panel

  function lookup(settled, which) {
    return fetched(settled.file).then(function (file) {
      var curve = file.curves[settled.number][settled.model];
      return {
        picked: settled.picked, curve: curve, frame: file.frames[curve.f], names: file.names, at: which,
        about: index.metrics[settled.picked.metric], title: settled.title, axes: settled.axes
      };
    });
  }

  function optionText(facet, value, from) {
    if (facet === "source") { return from.title; }
    if (facet === "metric") { return index.metrics[value].label; }
    return spaced(value) || (facet === "part" ? "all items" : "not stated");
  }

  var NEAR = ["", "", "Only with other models"];
  function heading(facet, near, value, mixed) {
    if (facet === "models") {
      return near === 2 ? "Not for this task and metric" : /, while it trains$/.test(value) ? "One training run" : "Several models";
    }
    if (near < 2 && facet === "task" && mixed > 1) { return near ? "Under another metric" : "With this metric and these models"; }
    return NEAR[near] || "With these models";
  }

  function list(select, facet, options, chosen, near) {
    var groups = {}, kinds = near ? new Set(near).size : 1, order = options.map(function (_, i) { return i; });
    if (near) { order.sort(function (a, b) { return near[a] - near[b] || a - b; }); }
    select.textContent = "";
    order.forEach(function (i) {
      var value = options[i], option = document.createElement("option"), into = select;
      option.value = value;
      option.textContent = optionText(facet, value, facet === "source" ? source(value) : null);
      option.selected = value === chosen;
      if (kinds > 1 || (facet === "models" && options.length > 6)) {
        var key = heading(facet, near[i], value, kinds);
        if (!groups[key]) {
          groups[key] = document.createElement("optgroup");
          groups[key].label = key;
          select.append(groups[key]);
        }
        into = groups[key];
      }
      into.append(option);
    });
    select.closest("label").hidden = (facet === "part" || facet === "prompting") && options.length < 2 && !options[0];
    select.disabled = options.length < 2;
  }

  /* The curve's name stands there at once; what was said of another one goes. */
  function name(panel, picked) {
    var text = named(picked), now = one(".em-ex-name", panel).textContent;
    one(".em-ex-name b", panel).textContent = text[0];
    one(".em-ex-name span", panel).textContent = text[1];
    if (one(".em-ex-name", panel).textContent !== now) {
      one(".em-ex-lead", panel).textContent = "…";
      one(".em-ex-lead", panel).removeAttribute("data-answer");
      panel.dataset.words = "coming";
    }
  }

  function words(panel, found, axis) {
    var text = title(found), verdict = found.curve.w[axis], box = one(".em-ex-words", panel);
    name(panel, found.picked);
    panel.dataset.words = "there";
    var lead = one(".em-ex-lead", panel);
    lead.textContent = verdict[0];
    lead.dataset.answer = verdict[0].toLowerCase();
    box.textContent = "";
    page.questions.forEach(function (question, i) {
      if (!verdict[i + 1]) { return; }
      var item = document.createElement("li"), strong = document.createElement("b");
      strong.textContent = question;
      item.append(strong, " " + verdict[i + 1]);
      box.append(item);
    });
    one(".em-ex-base", panel).textContent = verdict[4];
    one(".em-ex-stage", panel).setAttribute("aria-label", page.which[found.at] + ": " + text.join(", ") + ". " +
      verdict[0] + ". Arrow keys move along the points.");
  }

  function tableOf(found, axis, points) {
    var box = document.createElement("div"), table = document.createElement("table");
    box.className = "em-ex-scroll";
    table.dataset.which = found.at;
    table.createCaption().textContent = title(found).join(", ") + "; " + (points[0] ? how(points[0]) : "no points");
    var head = table.createTHead().insertRow();
    var plain = found.about.unit === "fraction" || found.about.unit === "1";
    ["Model", page.template.axes[axis], "Value" + (plain ? "" : ", " + found.about.unit), "Interval", "n"].forEach(function (name) {
      var th = document.createElement("th");
      th.scope = "col";
      th.textContent = name;
      head.append(th);
    });
    var body = table.createTBody();
    points.forEach(function (point) {
      var row = body.insertRow();
      cells(point, found, axis).forEach(function (text, j) {
        var cell = document.createElement(j ? "td" : "th");
        if (!j) { cell.scope = "row"; }
        cell.textContent = j === 2 && !plain ? valueText(point.y, found.about, true) : text;
        row.append(cell);
      });
    });
    box.append(table);
    return box;
  }

  // ---- names on points

  var called = panels.map(function (panel) {
    return window.emCharts.points(one(".em-ex-stage", panel), {
      reach: 60, touch: 200, early: function () { begin(); },
      say: function (text) { one(".em-ex-point").textContent = text; },
      find: function () {
        var shown = drawn[panel.dataset.which];
        if (!shown) { return []; }
        var view = shown.view, origin = view.origin(), padding = view.padding();
        return shown.marks.map(function (mark) {
          var text = cells(mark.point, mark.found, shown.axis);
          return {
            x: view.scale("x")(mark.point.x) + origin[0] + padding.left,
            y: view.scale("y")(mark.point.y) + origin[1] + padding.top,
            name: said(mark.point, mark.found, shown.axis), title: text[0],
            more: [text[2] + (text[3] ? " (" + text[3] + ")" : ""), text[4] ? "n = " + text[4] : "",
              text[1] + (mark.point.runs > 1 ? ", " + mark.point.runs + " runs" : "")]
          };
        }).sort(function (a, b) { return a.x - b.x || a.y - b.y; });
      }
    });
  });

  // ---- drawing

  var AHEAD = 6; // files
  var turn = 0, saving = navigator.connection && navigator.connection.saveData;

  /* once the browser has shown what stands now: words come before a chart that takes a while */
  function painted() {
    return new Promise(function (done) {
      if (document.hidden) { done(); } else { requestAnimationFrame(function () { setTimeout(done); }); }
    });
  }

  /* the curves that stand near in the lists are what a reader asks for next; their files are small */
  function ahead(settled) {
    if (saving) { return; }
    var wanted = [];
    settled.filter(Boolean).forEach(function (s) {
      var cells = source(s.picked.source).cells, here = cells[s.number][5];
      var numbers = Array.from(new Set(cells.map(function (cell) { return cell[5]; })));
      numbers.sort(function (a, b) { return Math.abs(a - here) - Math.abs(b - here); });
      numbers.slice(0, AHEAD).forEach(function (number) {
        var name = s.picked.source + "-" + number + ".json.gz";
        if (!kept[name] && wanted.indexOf(name) < 0) { wanted.push(name); }
      });
    });
    (function next() { // one by one, so that what is asked for does not wait behind them
      if (wanted.length) { fetched(wanted.shift()).then(next, function () { /* asked for again when needed */ }); }
    })();
  }

  function draw() {
    var mine = turn += 1;
    root.dataset.rest = "no";
    var settled = state.curves.map(function (picked) { return picked ? settle(picked) : null; });
    if (settled[0].axes.indexOf(state.axis) < 0) { state.axis = settled[0].axes[0]; }
    controls(settled);
    settled.forEach(function (s, i) { if (s) { name(panels[i], s.picked); } });
    var library = window.emCharts.library();  // on its way while the words are told
    library.catch(function () { /* said below */ });
    return Promise.all(settled.map(function (s, i) { return s ? lookup(s, i) : null; }))
      .then(function (found) {
        if (mine !== turn) { return null; }
        var axes = settled.map(function (s) {
          return !s ? null : s.axes.indexOf(state.axis) < 0 ? s.axes[0] : state.axis;
        });
        found.forEach(function (f, i) {
          if (!f) { return; }
          f.points = pointsOf(f, axes[i]);
          f.joined = !f.curve.s;
        });
        var could = !!found[1] && axes[0] === axes[1] && found[0].about.unit === found[1].about.unit &&
          found[0].about.up === found[1].about.up;
        var together = state.together && could;
        one(".em-ex-together").disabled = !could;
        one(".em-ex-together").checked = together;
        root.dataset.panels = found[1] && !together ? "2" : "1";
        root.dataset.second = found[1] ? "yes" : "no";
        found.forEach(function (f, i) {
          panels[i].hidden = !f;
          if (f) { words(panels[i], f, axes[i]); } else { drawn[i] = null; }
        });
        panels[1].dataset.chart = together ? "no" : "yes";
        var jobs = [[panels[0], together ? found : [found[0]], axes[0]]];
        if (found[1] && !together) { jobs.push([panels[1], [found[1]], axes[1]]); }
        if (together) { drawn[1] = null; }
        return Promise.all([library, painted()]).then(function () {
          if (mine !== turn) { return null; }
          return Promise.all(jobs.map(function (job) { return chart(job[0], job[1], job[2], mine); }));
        }).then(function () {
          if (mine !== turn) { return; }
          var tables = one(".em-ex-tables");
          tables.textContent = "";
          found.forEach(function (f, i) { if (f) { tables.append(tableOf(f, axes[i], f.points)); } });
        });
      }).then(function () {
        if (mine !== turn) { return; }
        document.documentElement.classList.remove("em-ex-else");
        root.dataset.state = "live";
        root.dataset.rest = "yes";
        ahead(settled);
      }).catch(function (error) {
        if (mine !== turn) { return; }
        document.documentElement.classList.remove("em-ex-else");
        root.dataset.state = "failed";
        root.dataset.rest = "yes";
        panels.forEach(function (panel) {
          if (panel.dataset.words === "coming") { one(".em-ex-lead", panel).textContent = "Not fetched"; }
        });
        one(".em-ex-point").textContent = "The chart could not be drawn: " + error.message + ".";
      });
  }

  function chart(panel, found, axis, mine) {
    var stage = one(".em-ex-stage", panel), live = one(".em-ex-live", panel), which = Number(panel.dataset.which);
    var spec = fill(found, axis, stage.clientWidth);
    if (drawn[which] && drawn[which].view) { drawn[which].view.finalize(); }
    called[which].hide();
    return window.emCharts.draw(copy(spec), live).then(function (view) {
      if (mine !== turn) { view.finalize(); return; }
      var marks = [];
      found.forEach(function (f) {
        f.points.forEach(function (point) { marks.push({ point: point, found: f }); });
      });
      drawn[which] = { view: view, spec: spec, marks: marks, found: found, axis: axis };
      called[which].again();
      panel.dataset.state = "live";
    });
  }

  var wide = 0;
  function follow() {
    new ResizeObserver(function () {
      var now = one(".em-ex-stage", panels[0]).clientWidth;
      if (root.dataset.state !== "live" || now === wide || !now) { return; }
      wide = now;
      drawn.forEach(function (shown, i) {
        if (shown) {
          shown.view.width(one(".em-ex-stage", panels[i]).clientWidth).runAsync().then(called[i].again);
        }
      });
    }).observe(one(".em-ex-panels"));
  }

  // ---- inputs

  function controls(settled) {
    settled.forEach(function (s, i) {
      if (!s) { return; }
      all("select[data-facet]", panels[i]).forEach(function (select) {
        var facet = select.dataset.facet;
        list(select, facet, s.options[facet], s.picked[facet], s.near[facet]);
      });
    });
    var axis = one(".em-ex-axis");
    axis.textContent = "";
    settled[0].axes.forEach(function (name) {
      var option = document.createElement("option");
      option.value = name;
      option.textContent = page.template.axes[name];
      option.selected = name === state.axis;
      axis.append(option);
    });
    axis.disabled = settled[0].axes.length < 2;
    one(".em-ex-log").checked = state.log;
    one(".em-ex-second").checked = !!state.curves[1];
    one(".em-ex-together").checked = state.together;
  }

  var begun = null;  // the latest drawing, once there is one
  function begin() {
    if (begun || !index) { return; }
    root.dataset.state = "loading";
    begun = draw().then(follow);
  }

  function change(clear, step) {
    remember(clear, step);
    closeCode();
    if (begun) { begun = draw(); } else { begin(); }
  }

  root.addEventListener("change", function (event) {
    var target = event.target, facet = target.dataset.facet;
    if (!index) { return; }
    var which = facet ? Number(target.closest(".em-ex-panel").dataset.which) : 0, before = copy(state.curves[which]);
    if (facet) { state.curves[which][facet] = target.value; }
    else if (target.matches(".em-ex-axis")) { state.axis = target.value; }
    else if (target.matches(".em-ex-log")) { state.log = target.checked; }
    else if (target.matches(".em-ex-together")) { state.together = target.checked; }
    else if (target.matches(".em-ex-second")) {
      state.curves[1] = target.checked ? twin(state.curves[0]) || copy(state.curves[0]) : null;
    }
    else { return; }
    note("");
    if (facet) { settle(state.curves[which], facet); }
    if (facet && !which && state.curves[1]) {
      state.curves[1] = followed(state.curves[1], before, state.curves[0]);
      if (!state.curves[1]) { note("The second curve is gone: there is none of the same task or models beside the new first one."); }
    }
    change(false, facet || target.matches(".em-ex-second"));
  });

  one(".em-ex-reset").addEventListener("click", function () {
    state = opening();
    note("");
    change(true, true);
  });

  /* The next sudden curve, and beside it, where there is one, the same under a metric without a threshold. */
  var visited = -1;
  one(".em-ex-next").addEventListener("click", function () {
    if (!index) { return; }
    var now = state.curves[0], here = same(now, picks(0, page.start)) ? -1 : index.sudden.findIndex(function (entry) {
      return FACETS.every(function (facet, i) { return entry[i] === now[facet]; });
    });
    visited = ((here < 0 ? visited : here) + 1) % index.sudden.length; // after a way back it goes on from there
    var entry = index.sudden[visited], curve = {};
    FACETS.forEach(function (facet, i) { curve[facet] = entry[i]; });
    var beside = twin(curve);
    state.curves = [curve, beside && !index.metrics[beside.metric].hard ? beside : null];
    state.axis = entry[FACETS.length];
    state.log = true;
    note("");
    change(false, true);
    begun.then(function () { panels[0].scrollIntoView({ block: "start" }); });  // the page may have become shorter
  });

  addEventListener("popstate", function () {
    if (!index) { return; }
    state = read();
    state.curves.forEach(function (picked) { if (picked) { settle(picked); } });
    note(lost());
    closeCode();
    if (begun) { begun = draw(); } else { begin(); }
  });

  // ---- taking it along

  function quoted(value) {
    var text = value === null || value === undefined ? "" : String(value);
    return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function shownCurves() {
    var found = [];
    drawn.forEach(function (shown) { if (shown) { found = found.concat(shown.found); } });
    return found;
  }

  function csv() {
    var lines = [FACETS.concat(["model"], AXES, ["value", "low", "high", "interval", "n", "runs", "chance"]).join(",")];
    shownCurves().forEach(function (found) {
      found.points.forEach(function (p) {
        lines.push(FACETS.map(function (f) { return found.picked[f]; }).concat([p.name], AXES.map(function (axis) {
          return at(found.frame[axis], p.i);
        }), [p.y, p.low, p.high, how(p), p.n, p.runs, at(found.curve.c, p.i)]).map(quoted).join(","));
      });
    });
    return lines.join("\n") + "\n";
  }

  /* The charts as they stand, side by side, with a title, names of points, and the colours of the page in place of
     its variables; resolves to a view. */
  function taken() {
    var colours = getComputedStyle(document.body), WIDTH = 420;
    function colour(name) { return colours.getPropertyValue(name).trim(); }
    var parts = drawn.filter(Boolean).map(function (shown) {
      var part = copy(shown.spec), text = shown.found.map(title);
      part.title = {
        text: text.map(function (t) { return t[0]; }).join(" and "), anchor: "start", fontSize: 14,
        subtitle: text.map(function (t, i) { return t[1] + ": " + shown.found[i].curve.w[shown.axis][0]; })
      };
      shown.found.forEach(function (f) {
        part.data.filter(function (set) { return set.name === "curve" + f.at; })[0].values.forEach(function (row, i) {
          row.said = said(f.points[i], f, shown.axis);
        });
      });
      part.marks.forEach(function (mark) {
        if (mark.type === "symbol") { mark.encode.update.description = { field: "said" }; }
      });
      return part;
    });
    var whole = { width: WIDTH, height: parts[0].height, padding: 12, config: parts[0].config };
    if (parts.length > 1) {
      whole.layout = { padding: 20, bounds: "full", align: "each" };
      whole.marks = parts.map(function (part) {
        return { // a group of its own size, in which the same names mean its own data and scales
          type: "group", encode: { update: { width: { value: WIDTH }, height: { value: part.height } } },
          title: part.title, data: part.data, scales: part.scales, axes: part.axes, marks: part.marks
        };
      });
    } else {
      ["title", "data", "scales", "axes", "marks"].forEach(function (name) { whole[name] = parts[0][name]; });
    }
    var ink = colour("--em-ink");
    whole.background = colour("--em-paper");
    whole.config.title = { color: ink, subtitleColor: ink };
    return window.emCharts.draw(JSON.parse(JSON.stringify(whole).replace(
      /var\((--em-[a-z0-9-]+),[^)]*\)/g, function (_, name) { return colour(name); })));
  }

  function closeCode() {
    one(".em-ex-code").hidden = true;
    one('[data-take="embed"]').setAttribute("aria-expanded", "false");
  }

  function embedCode() {
    var params = query(), box = one(".em-ex-code");
    params.set("embed", "1");
    one("textarea", box).value = '<iframe src="' + location.origin + location.pathname + "?" +
      params.toString().replace(/&/g, "&amp;") + '" title="' + shownCurves().map(function (f) {
      return title(f).join(", ").replace(/"/g, "&quot;");
    }).join("; ") + '" width="100%" height="640" loading="lazy" style="border:0"></iframe>';
    box.hidden = !box.hidden;
    one('[data-take="embed"]').setAttribute("aria-expanded", String(!box.hidden));
    if (!box.hidden) { one("textarea", box).select(); }
  }

  one(".em-ex-take").addEventListener("click", function (event) {
    var what = event.target.dataset.take;
    if (!what || !index) { return; }
    begin();
    begun.then(function () {
      if (root.dataset.state !== "live") { return; }
      if (what === "embed") { embedCode(); return; }
      if (what === "csv") { window.emCharts.save(new Blob([csv()], { type: "text/csv" }), "curves.csv"); return; }
      taken().then(function (view) {
        if (what === "svg") {
          return view.toSVG().then(function (svg) { window.emCharts.save(new Blob([svg], { type: "image/svg+xml" }), "curves.svg"); });
        }
        return view.toCanvas(2).then(function (canvas) {
          canvas.toBlob(function (blob) { window.emCharts.save(blob, "curves.png"); });
        });
      });
    });
  });

  // ---- start: lists at once, the chart when it is needed

  fetched("index.json.gz").then(function (got) {
    index = got;
    state = read();
    var asked = new URLSearchParams(location.search).has("source");
    state.curves.forEach(function (picked) { if (picked) { settle(picked); } });
    var settled = state.curves.map(function (picked) { return picked ? settle(picked) : null; });
    controls(settled);
    note(lost());
    root.dataset.state = "ready";
    ["pointerover", "touchstart", "focusin"].forEach(function (kind) {
      root.addEventListener(kind, begin, { passive: true });
    });
    if (asked) { begin(); }
    // who scrolls here will soon pick
    addEventListener("scroll", function () { if (!saving) { begin(); } }, { once: true, passive: true });
    if (!asked) { ahead(settled); } // they are on their way already (book/build/ahead.py)
  }).catch(function (error) {
    document.documentElement.classList.remove("em-ex-else");
    root.dataset.state = "failed";
    one(".em-ex-point").textContent = "The curves could not be fetched: " + error.message + ".";
  });

  window.emExplore = { spec: function (which) { return drawn[which] && drawn[which].spec; } };
})();
