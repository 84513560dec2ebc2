/* What is asked for, and which cells fit it. */

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
