/* What the page was given and shows now; words of either language, elements, pictures. */

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

function say(pair) { return pair[english ? 1 : 0]; }
function word(key) { return say(data.words[key]); }
function language() { return english ? "en" : "zh-CN"; }

function make(tag, attributes, children) {
  var element = document.createElement(tag);
  Object.keys(attributes || {}).forEach(function (name) {
    var value = attributes[name];
    if (value === null || value === undefined || value === false) { return; }
    if (name === "text") { element.textContent = value; return; }
    element.setAttribute(name, value === true ? "" : value);
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
