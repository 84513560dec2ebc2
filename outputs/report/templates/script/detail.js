/* The detail view: pictures with the standard's lines, reasons, measures, link, history. */

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
  var lines = withGuides ? guideLayer(shot) : null;
  var box = shot.crop ? place(make("div", { "class": "cropped" }, [lines]), shot.crop) : null;
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
  var from = low !== null ? low - span / 2 : Math.min(0, high - 1.5 * span);
  var to = high !== null ? high + span / 2 : low + 1.5 * span;
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
  var where = [cell.file];
  if (known) { where = [data.units[cell.unit], data.classes[cell["class"]][1], student ? student.level : ""]; }
  var states = [known ? cell.state : null, cell.shot === undefined || cell.shot === "used" ? null : cell.shot];
  var tags = states.filter(Boolean).map(function (state) {
    return make("span", { "class": "tag " + state, text: say(data.states[state]) });
  });
  function button(id, sign, key, disabled) {
    var told = { type: "button", id: id, "aria-label": word(key), title: word(key), text: sign, disabled: disabled };
    return make("button", told);
  }
  var at = shown.indexOf(cell);
  return make("div", { "class": "head" }, [
    make("h2", { id: "detail-name" }, [
      make("span", { text: name }), make("span", { "class": "no", text: known ? " " + (cell.no || "–") : "" })
    ]),
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
  if (again && dialog.contains(again) && !again.disabled) {
    again.focus();
  } else if (dialog.open) {
    byId("close").focus();
  }
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
