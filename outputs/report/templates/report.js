/* The report's script: contact sheet, filters, detail view, language. It asks for nothing and stores nothing. */
(function () {
  "use strict";

  var CELL_WIDTH = 104, CELL_HEIGHT = 172, GAP = 8, ROWS = 5;
  var FILTERS = ["state", "reason", "unit", "class", "room"];
  var JPEG = "data:image/jpeg;base64,";

  function byId(id) { return document.getElementById(id); }
  var data = JSON.parse(byId("data").textContent);
  var images = null;
  var english = data.language === "en";
  var cellOf = new Map(data.cells.map(function (cell, place) { cell.place = place; return [cell.key, cell]; }));
  var shown = [];
  var batches = [];
  var current = null;
  var opened = null;
  var withGuides = true;

  /* -- words and elements ------------------------------------------------------------------------------- */

  function say(pair) { return pair[english ? 1 : 0]; }
  function word(key) { return say(data.words[key]); }
  function language() { return english ? "en" : "zh-CN"; }

  function make(tag, attributes, children) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      var value = attributes[name];
      if (value === null || value === undefined || value === false) { return; }
      if (name === "text") { element.textContent = value; } else { element.setAttribute(name, value === true ? "" : value); }
    });
    (children || []).forEach(function (child) { if (child) { element.appendChild(child); } });
    return element;
  }

  function empty(element) { while (element.firstChild) { element.removeChild(element.firstChild); } }

  function imageList() {
    if (images === null) { images = JSON.parse(byId("pictures").textContent); }
    return images;
  }

  /* The address of a cell's picture, 0 the source and 1 the photo; those on cards stand there. */
  function address(cell, which) {
    var card = byId((which === 0 ? "source-" : "photo-") + cell.key);
    if (card) { return card.src; }
    var content = imageList()[cell.place][which];
    return content ? JPEG + content : null;
  }

  function cellAddress(cell) {
    if (cell.shot === undefined) { return null; }
    if (cell.page !== data.page) {
      var only = imageList()[cell.place][0];
      return only ? JPEG + only : null;
    }
    return address(cell, 1) || address(cell, 0);
  }

  /* -- filters ------------------------------------------------------------------------------------------ */

  function room(cell) { return cell.camera === undefined ? "" : data.cameras[cell.camera][1]; }

  function stateOf(cell) {
    return cell.shot === undefined || cell.shot === "used" ? cell.state : cell.shot;
  }

  function is(cell, name, wanted) {
    if (wanted === "") { return true; }
    if (name === "state") { return stateOf(cell) === wanted || cell.state === wanted || cell.shot === wanted; }
    if (name === "reason") { return cell.codes.indexOf(wanted) >= 0; }
    if (name === "room") { return room(cell) === wanted; }
    return String(cell[name]) === wanted;
  }

  function holds(cell, text) {
    return text === "" || [cell.no, cell.name, cell.file].some(function (value) {
      return value !== undefined && value.toLowerCase().indexOf(text) >= 0;
    });
  }

  function chosen() {
    var wanted = { find: byId("find").value.trim().toLowerCase() };
    FILTERS.forEach(function (name) { wanted[name] = byId("by-" + name).value; });
    return wanted;
  }

  function fits(cell, wanted) {
    return holds(cell, wanted.find) && FILTERS.every(function (name) { return is(cell, name, wanted[name]); });
  }

  function choices(name) {
    var counts = new Map();
    function count(value) { counts.set(value, (counts.get(value) || 0) + 1); }
    data.cells.forEach(function (cell) {
      if (name === "reason") { cell.codes.forEach(count); return; }
      if (name === "state") { count(stateOf(cell)); return; }
      var value = name === "room" ? room(cell) : cell[name];
      if (value !== undefined && value !== "") { count(value); }
    });
    return counts;
  }

  function nameOf(name, value) {
    if (name === "state") { return say(data.states[value]); }
    if (name === "reason") { return value + " " + say(data.reasons[value].text); }
    if (name === "unit") { return data.units[value] || word("no_unit"); }
    if (name === "class") { return data.classes[value][1] || word("no_class"); }
    return value;
  }

  function option(name, value, count) {
    return make("option", { value: value, text: nameOf(name, value) + " (" + count + ")" });
  }

  function fillSelect(name) {
    var select = byId("by-" + name), before = select.value, counts = choices(name);
    var unit = name === "class" ? byId("by-unit").value : "";
    empty(select);
    select.appendChild(make("option", { value: "", text: word("all") }));
    var values = Array.from(counts.keys()).sort(function (a, b) {
      if (name === "unit" || name === "class") { return a - b; }
      return a < b ? -1 : 1;
    });
    if (name === "state") { values = Object.keys(data.states).filter(function (value) { return counts.has(value); }); }
    values.forEach(function (value) {
      if (unit === "" || String(data.classes[value][0]) === unit) {
        select.appendChild(option(name, value, counts.get(value)));
      }
    });
    select.value = before;
    if (select.selectedIndex < 0) { select.value = ""; }
  }

  /* -- the contact sheet -------------------------------------------------------------------------------- */

  function groupOf(cell) {
    if (cell.shot === undefined) { return "bare"; }
    return [cell.camera, cell.day, hourOf(cell)].join(" ");
  }

  /* A large day is told hour by hour. */
  function hourOf(cell) { return data.cells.length > 300 && cell.at ? " " + cell.at.slice(0, 2) + ":00" : ""; }

  function groupName(cell, count) {
    var number = " · " + told(count) + " ";
    if (cell.shot === undefined) { return word("no_shots") + number + word("people"); }
    var camera = data.cameras[cell.camera];
    var isTold = camera[1].slice(-camera[0].length) === camera[0];
    var where = isTold ? camera[1] || "–" : camera[1] + "（" + camera[0] + "）";
    var hour = cell.at === "" ? word("no_time") : data.days[cell.day] + hourOf(cell);
    return where + " · " + hour + number + word("files");
  }

  function columns() {
    return Math.max(1, Math.floor((byId("cells").clientWidth + GAP) / (CELL_WIDTH + GAP)));
  }

  function show() {
    var wanted = chosen();
    shown = data.cells.filter(function (cell) { return fits(cell, wanted); });
    lay();
    byId("shown").textContent = word("shown") + " " + told(shown.length) + word("of") + " " + told(data.cells.length);
  }

  function told(number) { return number.toLocaleString("en"); }

  function lay() {
    var holder = byId("cells"), perBatch = columns() * ROWS, start = 0;
    if (watcher) { watcher.disconnect(); }
    empty(holder);
    batches = [];
    current = shown.length ? shown[0].key : null;
    if (!shown.length) { holder.appendChild(make("p", { "class": "well", text: word("nobody") })); }
    while (start < shown.length) {
      var key = groupOf(shown[start]), end = start;
      while (end < shown.length && groupOf(shown[end]) === key) { end += 1; }
      holder.appendChild(make("h3", { text: groupName(shown[start], end - start) }));
      for (var at = start; at < end; at += perBatch) {
        addBatch(holder, shown.slice(at, Math.min(at + perBatch, end)));
      }
      start = end;
    }
    fill(batches[0]);
  }

  function addBatch(holder, cells) {
    var height = Math.ceil(cells.length / columns()) * (CELL_HEIGHT + GAP) - GAP + "px";
    var element = make("div", { "class": "batch" });
    element.style.minHeight = height;
    element.style.containIntrinsicSize = height;
    var batch = { element: element, cells: cells, isFilled: false };
    element.batch = batch;
    batches.push(batch);
    holder.appendChild(element);
    if (watcher) { watcher.observe(element); } else { fill(batch); }
  }

  function fill(batch) {
    if (!batch || batch.isFilled) { return; }
    batch.isFilled = true;
    var part = document.createDocumentFragment();
    batch.cells.forEach(function (cell) { part.appendChild(cellElement(cell)); });
    batch.element.appendChild(part);
  }

  function fillAll() { batches.forEach(fill); }

  var watcher = typeof IntersectionObserver === "function" ? new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) { if (entry.isIntersecting) { fill(entry.target.batch); } });
  }, { rootMargin: "900px 0px" }) : null;

  function cellElement(cell) {
    var source = cellAddress(cell), state = stateOf(cell);
    var image = source ? make("img", { src: source, alt: "", loading: "lazy", decoding: "async" })
      : make("span", { "class": "blank", text: word("no_picture") });
    var known = cell.row !== undefined;
    var name = known ? cell.name || word("no_name") : word("nobodys");
    var worst = cell.codes.filter(function (code) { return data.reasons[code].severity !== "info"; });
    var mark = worst.length ? worst[0] + (worst.length > 1 ? " +" + (worst.length - 1) : "") : "";
    var children = [
      image,
      make("span", { "class": "who", text: name }),
      make("span", { "class": "number", text: known ? cell.no || "–" : cell.at }),
      make("span", { "class": "mark" }, [
        make("span", { "class": "state", text: say(data.states[state]) }), make("span", { text: mark })
      ])
    ];
    var isHere = cell.page === data.page;
    var attributes = {
      "class": "cell " + state, "data-key": cell.key, tabindex: cell.key === current ? "0" : "-1",
      title: (cell.file || "") + (cell.at ? "  " + cell.at : "")
    };
    if (isHere) { attributes.type = "button"; } else { attributes.href = data.pages[cell.page] + "#c=" + cell.key; }
    return make(isHere ? "button" : "a", attributes, children);
  }

  function elementOf(key) {
    for (var place = 0; place < batches.length; place += 1) {
      if (batches[place].cells.some(function (cell) { return cell.key === key; })) {
        fill(batches[place]);
        return batches[place].element.querySelector('[data-key="' + key + '"]');
      }
    }
    return null;
  }

  function focusCell(key) {
    var before = current === null ? null : byId("cells").querySelector('[data-key="' + current + '"]');
    if (before) { before.setAttribute("tabindex", "-1"); }
    var element = elementOf(key);
    current = key;
    if (element) {
      element.setAttribute("tabindex", "0");
      element.focus();
    }
  }

  function step(event) {
    var moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() };
    var cell = event.target.closest ? event.target.closest(".cell") : null;
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) { return; }
    var place = shown.indexOf(cellOf.get(Number(cell.getAttribute("data-key")))), next = place;
    if (event.key in moves) { next = place + moves[event.key]; }
    else if (event.key === "Home") { next = 0; }
    else if (event.key === "End") { next = shown.length - 1; }
    else { return; }
    event.preventDefault();
    focusCell(shown[Math.min(Math.max(next, 0), shown.length - 1)].key);
  }

  /* -- the detail view ---------------------------------------------------------------------------------- */

  function percent(value) { return value + "%"; }

  function place(element, box) {
    ["left", "top", "width", "height"].forEach(function (side, number) { element.style[side] = percent(box[number]); });
    return element;
  }

  function guideElement(guide) {
    var across = guide[0] === "x", start = across ? "left" : "top", size = across ? "width" : "height";
    var low = guide[1] === null ? 0 : guide[1], high = guide[2] === null ? 100 : guide[2];
    var group = make("span", { "class": "guide " + guide[0] + (guide[4] ? " broken" : "") });
    var band = make("i", { "class": "band", title: say(guide[5]) });
    band.style[start] = percent(low);
    band.style[size] = percent(Math.max(high - low, 0));
    group.appendChild(band);
    if (guide[3] !== null) {
      var line = make("i", { "class": "line" }, [across ? null : make("b", { text: say(guide[5]) })]);
      line.style[start] = percent(guide[3]);
      group.appendChild(line);
    }
    return group;
  }

  function guideLayer(shot) {
    var layer = make("div", { "class": "guides", "aria-hidden": "true" }, shot.guides.map(guideElement));
    shot.eyes.forEach(function (eye) {
      var dot = make("i", { "class": "eye" });
      dot.style.left = percent(eye[0]);
      dot.style.top = percent(eye[1]);
      layer.appendChild(dot);
    });
    return layer;
  }

  function figure(caption, content, name) {
    return make("figure", { "class": name }, [content, make("figcaption", { text: caption })]);
  }

  function noPicture() { return make("div", { "class": "frame empty", text: word("no_picture") }); }

  function sourceFigure(cell, shot) {
    var source = address(cell, 0);
    if (!source) { return figure(word("source"), noPicture(), "of-source"); }
    var box = shot.crop ? place(make("div", { "class": "cropped" }, [withGuides ? guideLayer(shot) : null]), shot.crop) : null;
    var frame = make("div", { "class": "frame" }, [make("img", { src: source, alt: word("source") }), box]);
    return figure(word("source"), frame, "of-source");
  }

  function pixelFigure(cell, shot, photo) {
    var frame = make("div", { "class": "frame pixels" }, [
      make("img", { src: photo, alt: word("photo") }), withGuides ? guideLayer(shot) : null
    ]);
    if (shot.large) {
      frame.style.width = data.photo[0] + "px";
      frame.style.height = data.photo[1] + "px";
    }
    var told = shot.large ? word("pixel_size") + " " + data.photo.join("×") : word("photo");
    var isSealed = cell.shot === "used" && cell.state === "accepted" && data.students[cell.row].bundle !== "";
    var note = shot.large ? null : make("p", { "class": "fix", text: word(isSealed ? "in_bundle" : "small_only") });
    return make("figure", { "class": "of-photo" }, [frame, make("figcaption", { text: told }), note]);
  }

  function printFigure(photo) {
    var printed = make("img", { src: photo, alt: word("print_size"), "class": "printed" });
    printed.style.width = data.print[0] + "mm";
    printed.style.height = data.print[1] + "mm";
    var size = data.print.map(Math.round).join("×") + " mm";
    return figure(word("print_size") + " " + size, make("div", { "class": "frame" }, [printed]), "of-print");
  }

  /* The photo as large as in print and, where it stands here whole, pixel by pixel below. */
  function photoFigures(cell, shot) {
    var photo = address(cell, 1);
    if (!photo) { return []; }
    var pixels = pixelFigure(cell, shot, photo), printed = data.print ? printFigure(photo) : null;
    return shot.large ? [printed, pixels] : [make("div", { "class": "side" }, [printed, pixels])];
  }

  function findingItem(found) {
    var reason = data.reasons[found[0]];
    var value = found[3] === "" ? "" : [say(found[2]), found[3], found[4] ? "（" + found[4] + "）" : ""].join(" ");
    return make("li", { "class": found[1] }, [
      make("p", {}, [make("span", { "class": "code", text: found[0] }), make("b", { text: " " + say(reason.text) })]),
      value ? make("p", { "class": "seen", text: value }) : null,
      make("p", { "class": "fix", text: found[5] ? word("waived") + found[5] : say(reason.fix) })
    ]);
  }

  function block(title, children) {
    return make("section", {}, [make("h3", { text: title })].concat(children));
  }

  function foundBlock(shot, student) {
    var all = (student ? student.findings : []).concat(shot ? shot.findings : []);
    if (!all.length) { return block(word("found"), [make("p", { "class": "well", text: word("well") })]); }
    return block(word("found"), [make("ul", { "class": "found" }, all.map(findingItem))]);
  }

  /* How far a value lies between its limits: the band is what is allowed, the mark is what was measured. */
  function range(limit, value) {
    var low = limit.low, high = limit.high;
    var span = low !== null && high !== null ? high - low : Math.abs(low !== null ? low : high) || 1;
    var from = low !== null ? low - span / 2 : Math.min(0, high - 1.5 * span), to = high !== null ? high + span / 2 : low + 1.5 * span;
    function at(number) { return Math.min(100, Math.max(0, 100 * (number - from) / (to - from))); }
    var start = low === null ? 0 : at(low), end = high === null ? 100 : at(high);
    var band = make("i", { "class": "allowed" }), mark = make("i", { "class": "value" });
    band.style.left = percent(start);
    band.style.width = percent(end - start);
    mark.style.left = percent(at(value));
    return make("span", { "class": "range", "aria-hidden": "true" }, [band, mark]);
  }

  function measureRow(limit, value, side) {
    return make("tr", { "class": side ? "broken" : null }, [
      make("th", { scope: "row", text: say(limit.title) }),
      make("td", { "class": "n", text: value === null ? "–" : String(value) }),
      make("td", {}, [value === null ? null : range(limit, value)]),
      make("td", { text: limit.text }),
      make("td", { text: side ? word(side) + " " + limit.code : value === null ? "–" : word("kept") })
    ]);
  }

  function measureBlock(shot) {
    var order = data.limits.map(function (_, number) { return number; }).filter(function (number) {
      return shot.values[number] !== null || shot.broken[number];
    }).sort(function (a, b) { return (shot.broken[b] ? 1 : 0) - (shot.broken[a] ? 1 : 0) || a - b; });
    if (!order.length) { return null; }
    var head = ["item", "seen", null, "limit", null].map(function (key) {
      return key ? make("th", { scope: "col", "class": key === "seen" ? "n" : null, text: word(key) }) : make("td");
    });
    var rows = order.map(function (number) {
      return measureRow(data.limits[number], shot.values[number], shot.broken[number]);
    });
    return block(word("measured"), [make("table", { "class": "measures" }, [
      make("thead", {}, [make("tr", {}, head)]), make("tbody", {}, rows)
    ])]);
  }

  function linkBlock(cell, shot) {
    var kinds = shot.supports.map(function (kind) {
      return make("span", { "class": "tag", text: data.supports[kind] ? say(data.supports[kind]) : kind });
    });
    return block(word("link"), [
      make("p", { "class": "kinds" }, kinds),
      make("p", { lang: "zh-CN", text: shot.evidence }),
      shot.against ? make("p", { "class": "against", lang: "zh-CN", text: word("against") + "：" + shot.against }) : null,
      make("p", { "class": "fix", text: cell.file + (cell.day === null ? "" : "  " + data.days[cell.day] + " " + cell.at) })
    ]);
  }

  function othersBlock(cell) {
    var others = data.cells.filter(function (other) { return other.row === cell.row && other.shot !== undefined; });
    if (cell.row === undefined || others.length < 2) { return null; }
    return block(word("other_shots"), [make("p", { "class": "others" }, others.map(function (other) {
      var is = other.key === cell.key;
      var source = cellAddress(other);
      return make("button", { type: "button", "data-open": other.key, disabled: is, "class": "other" }, [
        source ? make("img", { src: source, alt: "" }) : null,
        make("span", { text: say(data.states[other.shot]) + " " + other.at })
      ]);
    }))]);
  }

  function eventItem(event) {
    var what = data.events[event.kind] ? say(data.events[event.kind]) : event.kind;
    var state = event.state ? "：" + (data.events[event.state] ? say(data.events[event.state]) : event.state) : "";
    var codes = event.codes.length ? "（" + event.codes.join("、") + "）" : "";
    var more = [event.bundle ? word("bundle") + " " + event.bundle : "", event.because, event.by_whom];
    return make("li", {}, [
      make("span", { "class": "when", text: event.at }),
      make("span", { text: " " + what + state + codes }),
      make("span", { "class": "fix", text: " " + more.filter(Boolean).join(" · ") })
    ]);
  }

  function historyBlock(student) {
    if (!student) { return null; }
    var told = student.history.length ? make("ol", { "class": "history" }, student.history.map(eventItem))
      : make("p", { "class": "well", text: word("first_time") });
    return block(word("history"), [told]);
  }

  function headOf(cell, student) {
    var known = cell.row !== undefined;
    var name = known ? cell.name || word("no_name") : word("nobodys");
    var where = known ? [data.units[cell.unit], data.classes[cell["class"]][1], student ? student.level : ""] : [cell.file];
    var states = [known ? cell.state : null, cell.shot === undefined || cell.shot === "used" ? null : cell.shot];
    var tags = states.filter(Boolean).map(function (state) {
      return make("span", { "class": "tag " + state, text: say(data.states[state]) });
    });
    function button(id, sign, key, disabled) {
      return make("button", { type: "button", id: id, "aria-label": word(key), title: word(key), text: sign, disabled: disabled });
    }
    var at = shown.indexOf(cell);
    return make("div", { "class": "head" }, [
      make("h2", { id: "detail-name" }, [make("span", { text: name }), make("span", { "class": "no", text: known ? " " + (cell.no || "–") : "" })]),
      make("p", { "class": "where", text: where.filter(Boolean).join(" · ") }),
      make("p", { "class": "tags" }, tags),
      make("p", { "class": "tools" }, [
        make("label", {}, [
          make("input", { type: "checkbox", id: "guides", checked: withGuides }), make("span", { text: " " + word("guides") })
        ]),
        make("span", { "class": "when", text: at < 0 ? "" : at + 1 + " / " + shown.length }),
        button("previous", "←", "previous", at <= 0), button("next", "→", "next", at < 0 || at >= shown.length - 1),
        button("close", "✕", "close", false)
      ])
    ]);
  }

  function draw(cell) {
    var shot = data.shots[cell.key], student = cell.row === undefined ? null : data.students[cell.row];
    var dialog = byId("detail"), focused = document.activeElement ? document.activeElement.id : "";
    var top = dialog.scrollTop;
    empty(dialog);
    dialog.setAttribute("lang", language());
    dialog.appendChild(headOf(cell, student));
    var pictures = shot ? [sourceFigure(cell, shot)].concat(photoFigures(cell, shot)) : [noPicture()];
    dialog.appendChild(make("div", { "class": "body" }, [
      make("div", { "class": "looks" }, pictures),
      make("div", { "class": "told" }, [
        foundBlock(shot, student), shot ? linkBlock(cell, shot) : null, othersBlock(cell),
        shot ? measureBlock(shot) : null, historyBlock(student)
      ])
    ]));
    dialog.scrollTop = opened === cell.key ? top : 0;
    opened = cell.key;
    var again = focused && byId(focused);
    if (again && dialog.contains(again) && !again.disabled) { again.focus(); } else if (dialog.open) { byId("close").focus(); }
  }

  function open(key) {
    var cell = cellOf.get(key);
    if (!cell || cell.page !== data.page) { return; }
    var dialog = byId("detail");
    draw(cell);
    if (!dialog.open) { dialog.showModal(); byId("close").focus(); }
  }

  function turn(by) {
    var at = shown.indexOf(cellOf.get(opened)) + by;
    while (at >= 0 && at < shown.length && shown[at].page !== data.page) { at += by; }
    if (at >= 0 && at < shown.length) { open(shown[at].key); }
  }

  /* -- address, language, print ------------------------------------------------------------------------- */

  function setFilters(query) {
    var wanted = {};
    query.split("&").filter(Boolean).forEach(function (pair) {
      var parts = pair.split("=");
      try { wanted[parts[0]] = decodeURIComponent(parts[1] || ""); } catch (_) { wanted[parts[0]] = ""; }
    });
    byId("find").value = wanted.find || "";
    FILTERS.forEach(function (name) {
      if (name === "class") { fillSelect(name); }
      var select = byId("by-" + name);
      select.value = wanted[name] || "";
      if (select.selectedIndex < 0) { select.value = ""; }
    });
    show();
  }

  function query(wanted) {
    return ["find"].concat(FILTERS).filter(function (name) { return wanted[name] !== ""; }).map(function (name) {
      return name + "=" + encodeURIComponent(wanted[name]);
    }).join("&");
  }

  var written = null;
  function writeAddress() {
    var told = query(chosen());
    written = told ? "#sheet?" + told : "#sheet";
    if (location.hash !== written) { location.replace(written); }
  }

  function follow() {
    var hash = location.hash;
    if (hash === written) { return; }
    if (hash.indexOf("#c=") === 0) { open(Number(hash.slice(3))); return; }
    if (hash.indexOf("#sheet?") === 0) {
      setFilters(hash.slice(7));
      byId("sheet").scrollIntoView();
    }
  }

  function setLanguage() {
    document.documentElement.setAttribute("lang", language());
    document.title = document.title.replace(/^[^·]*/, word("title") + " ");
    byId("language").textContent = english ? "中文" : "English";
    byId("language").setAttribute("lang", english ? "zh-CN" : "en");
    Array.prototype.forEach.call(document.querySelectorAll("[data-attribute]"), function (element) {
      element.setAttribute(element.getAttribute("data-attribute"), element.getAttribute(english ? "data-en" : "data-zh"));
    });
    FILTERS.forEach(fillSelect);
    show();
  }

  function printSheet() {
    fillAll();
    document.documentElement.classList.add("only-sheet");
    window.print();
  }

  function changed() {
    fillSelect("class");
    show();
    writeAddress();
  }

  var waiting = null;
  function later() { clearTimeout(waiting); waiting = setTimeout(changed, 60); }

  function start() {
    ["filters", "language"].forEach(function (id) { byId(id).removeAttribute("hidden"); });
    setLanguage();
    byId("language").addEventListener("click", function () { english = !english; setLanguage(); });
    byId("find").addEventListener("input", later);
    byId("filters").addEventListener("change", function (event) {
      /* What is typed was followed already: cells must not change under a click that leaves the field. */
      if (event.target.id !== "find") { changed(); }
    });
    byId("filters").addEventListener("submit", function (event) { event.preventDefault(); });
    byId("filters").addEventListener("reset", function () { setTimeout(changed, 0); });
    byId("print-sheet").addEventListener("click", printSheet);
    byId("cells").addEventListener("keydown", step);
    byId("cells").addEventListener("click", function (event) {
      var cell = event.target.closest(".cell");
      if (cell) {
        current = Number(cell.getAttribute("data-key"));
        if (cell.tagName === "BUTTON") { open(current); }
      }
    });
    var dialog = byId("detail");
    dialog.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (event.target === dialog) { dialog.close(); }
      if (!button) { return; }
      if (button.id === "close") { dialog.close(); }
      if (button.id === "previous") { turn(-1); }
      if (button.id === "next") { turn(1); }
      if (button.hasAttribute("data-open")) { open(Number(button.getAttribute("data-open"))); }
    });
    dialog.addEventListener("change", function (event) {
      if (event.target.id === "guides") { withGuides = event.target.checked; draw(cellOf.get(opened)); }
    });
    dialog.addEventListener("keydown", function (event) {
      if (event.altKey || event.ctrlKey || event.metaKey) { return; }
      if (event.key === "ArrowLeft") { event.preventDefault(); turn(-1); }
      if (event.key === "ArrowRight") { event.preventDefault(); turn(1); }
    });
    dialog.addEventListener("close", function () {
      if (opened !== null) { focusCell(opened); }
      opened = null;
      if (location.hash.indexOf("#c=") === 0) { writeAddress(); }
    });
    window.addEventListener("hashchange", follow);
    window.addEventListener("beforeprint", fillAll);
    window.addEventListener("afterprint", function () { document.documentElement.classList.remove("only-sheet"); });
    var width = columns();
    window.addEventListener("resize", function () {
      if (columns() !== width) { width = columns(); lay(); }
    });
    follow();
  }

  start();
}());
