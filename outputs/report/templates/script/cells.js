/* The contact sheet: cells in batches, made when they come near the window, and moved in by keys. */

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
