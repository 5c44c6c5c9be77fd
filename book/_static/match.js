/* Which claims and chapters a question means: words in any form, words that stand for one another
   (emSearch.synonyms), no word that carries no meaning; ranked by the share of the words met. */
(function () {
  "use strict";

  var STOP = " a about after all also an and any are as at be been being but by can cannot could did do does each for from " +
    "get give had has have he how i if in into is isn it its just let like make makes made many may me might more most much must my no not of " +
    "on one only or other our per really same shall she should so some such tell than that the their them then there these they " +
    "this those to too up us very was we were what when where whether which while who whom whose why will with would you your ";

  function plain(text) {
    return text.toLowerCase().replace(/[\u2010-\u2015\u2212]/g, "-").replace(/[\u2018\u2019]/g, "'")
      .replace(/(\d)\s*([+=])\s*(?=\d)/g, "$1 $2 ").replace(/\s+/g, " ").trim();
  }

  // enough of a stem to take predict, predicted, predictable and prediction for one
  function stem(word) {
    if (word.length < 4 || /\d/.test(word)) { return word; }
    var cut = word.replace(/'s?$/, "").replace(/ies$/, "y").replace(/(ss|sh|ch|x)es$/, "$1").replace(/([^su])s$/, "$1");
    cut = cut.replace(/(ations?|ating|ated?s?|ities|ity|ability|able|ible|ably|ingly|edly|ing|ions?|ed|ly|ness|ment|ence|ent|ance|ant|al|e|er)$/, "");
    return (cut.length < 3 ? word.replace(/ies$/, "y") : cut).replace(/([bdgklmnprt])\1$/, "$1").replace(/i$/, "y");
  }

  function words(text) {
    return plain(text).split(/[^a-z0-9.+=%]+/).map(function (w) { return w.replace(/^[.]+|[.]+$/g, ""); }).filter(Boolean);
  }

  // a phrase as a run of stems, so that it is found in any form
  function run(text) { return " " + words(text).map(stem).join(" ") + " "; }

  var data = window.emSearch || { claims: [], chapters: [], synonyms: [] };
  var concepts = data.synonyms.map(function (group) {
    return group.map(run).sort(function (a, b) { return b.length - a.length; });
  });

  // the concepts that a text speaks of, by number
  function meant(text) {
    var stems = run(text), found = {};
    concepts.forEach(function (group, number) {
      if (group.some(function (phrase) { return stems.indexOf(phrase) >= 0; })) { found[number] = true; }
    });
    return found;
  }

  function field(text, weight) { return { stems: run(text), text: plain(text), meant: meant(text), weight: weight }; }

  function item(kind, row, fields) { return { kind: kind, row: row, fields: fields }; }

  var items = data.claims.map(function (c) {
    return item("claim", c, [field(c.id + " " + c.claim, 1), field(c.why, 0.5), field(c.more, 0.4), field(c.verdict, 0.4)]);
  }).concat(data.chapters.map(function (c) {
    return item("chapter", c, [field(c.title, 1), field(c.text, 0.6)]);
  }));

  // a question as units: a phrase of the synonyms, or a word; words without meaning are left out
  function units(query) {
    var rest = run(query), found = [];
    concepts.forEach(function (group, number) {
      group.forEach(function (phrase) {
        if (phrase.trim().indexOf(" ") > 0 && rest.indexOf(phrase) >= 0) {
          rest = rest.split(phrase).join(" ");
          found.push({ stem: phrase.trim(), meant: [number] });
        }
      });
    });
    var typed = words(query), last = typed[typed.length - 1];
    typed.forEach(function (word) {
      var root = stem(word);
      if (rest.indexOf(" " + root + " ") < 0 || STOP.indexOf(" " + word + " ") >= 0) { return; }
      if (found.some(function (unit) { return unit.stem === root; })) { return; }
      var numbers = [];
      concepts.forEach(function (group, number) { if (group.indexOf(" " + root + " ") >= 0) { numbers.push(number); } });
      found.push({ stem: root, word: word, begun: word === last && word.length > 2, meant: numbers });
    });
    return found;
  }

  // how well a unit is met in a field: as it is, as the beginning of a word, or by what stands for it
  function met(unit, part) {
    if (part.stems.indexOf(" " + unit.stem + " ") >= 0) { return part.weight; }
    if (unit.begun && !/\d/.test(unit.word) && part.stems.indexOf(" " + unit.word) >= 0) { return 0.9 * part.weight; }
    return unit.meant.some(function (number) { return part.meant[number]; }) ? 0.95 * part.weight : 0;
  }

  function best(unit, one) {
    return one.fields.reduce(function (most, part) { return Math.max(most, met(unit, part)); }, 0);
  }

  /* Rows {kind, row, score} that answer a question, best first. A row counts from half of the words on, each
     weighed by how rare it is; where none does, the five nearest, marked `near`. */
  window.emMatch = function (query) {
    var asked = units(query), text = plain(query);
    if (!asked.length) { return []; }
    var scores = asked.map(function (unit) { return items.map(function (one) { return best(unit, one); }); });
    var weights = scores.map(function (row) {
      var holders = row.filter(function (s) { return s > 0; }).length;
      return holders ? Math.log(1 + items.length / (1 + holders)) : 0;  // a word that nobody uses tells no row from another
    });
    var total = weights.reduce(function (sum, w) { return sum + w; }, 0);
    var found = total ? items.map(function (one, index) {
      var share = 0, all = true;
      scores.forEach(function (row, u) { share += weights[u] * Math.min(row[index], 1); all = all && row[index] > 0; });
      var score = share / total;
      if (one.kind === "claim" && one.row.id.toLowerCase() === text) { score += 5; }
      if (asked.length > 1 && text.length > 5 && one.fields[0].text.indexOf(text) >= 0) { score += 1; }
      // of two that have the same words the shorter one speaks more of them
      return { kind: one.kind, row: one.row, score: score, all: all, rank: score + 1.5 / Math.max(10, one.fields[0].stems.split(" ").length) };
    }).sort(function (a, b) { return b.rank - a.rank; }) : [];
    var sure = found.filter(function (r) { return r.score >= 0.5 || (r.all && r.score >= 0.3); });
    // else those that come nearest, and the answer says so
    return sure.length ? sure : found.filter(function (r) { return r.score >= 0.2; }).slice(0, 5)
      .map(function (r) { r.near = true; return r; });
  };

  /* Ids of the claims that have every word of a question, which may be unfinished; null where it has none. */
  window.emHave = function (query) {
    var asked = units(query);
    if (!asked.length) { return words(query).length ? {} : null; }
    var kept = {};
    items.forEach(function (one) {
      if (one.kind === "claim" && asked.every(function (unit) { return best(unit, one) > 0; })) { kept[one.row.id.toLowerCase()] = true; }
    });
    return kept;
  };
})();
