/* The address, the language, printing; and what starts everything. */

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
