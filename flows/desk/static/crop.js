// Placing a crop: the box moves inside the limits of the standard; whether it keeps them all, the server says.
"use strict";

const Cropping = (() => {
  const WAIT_MS = 250;
  const GRID_PX = 1; // of the photo: a crop lies on whole pixels of the source, and must not leave a limit by that
  let told, box, asked, timer;

  const within = (value, low, high) => Math.max(low, Math.min(value, Math.max(low, high)));
  const overlap = (ranges) => [Math.max(...ranges.map(([low]) => low)), Math.min(...ranges.map(([, high]) => high))];
  const rounded = () => box && [box.left, box.top, box.width].map((value) => Math.round(value * 100) / 100);
  const bounds = (fact) => {
    const [low, high] = told.limits[fact] ?? [null, null];
    return [(low ?? -Infinity) + GRID_PX, (high ?? Infinity) - GRID_PX];
  };

  // How wide the box may be, in source pixels: the face neither too small nor too large, nothing enlarged.
  function widths() {
    const [low, high] = bounds("face_width_px");
    const [across, down] = told.photo;
    const face = told.head.face_width;
    const whole = Math.min(told.source[0], (told.source[1] * across) / down);
    return overlap([[(across * face) / high, (across * face) / Math.max(low, 1)], [(1.01 * across) / (told.limits.scale?.[1] ?? Infinity), whole]]);
  }

  // Where its left and top edge may be at a width.
  function places(width) {
    const [across, down] = told.photo;
    const scale = across / width;
    const apart = Math.min(bounds("centre_offset_px")[1], across);
    const { centre, eye_line: eyes, crown } = told.head;
    const under = (edge, fact) => bounds(fact).map((bound) => edge - bound / scale).reverse();
    const tops = [under(eyes, "eye_line_px"), [0, told.source[1] - (width * down) / across]];
    if (crown !== null) tops.push(under(crown, "crown_px"));
    const lefts = [[centre - (across / 2 + apart) / scale, centre - (across / 2 - apart) / scale], [0, told.source[0] - width]];
    return { left: overlap(lefts), top: overlap(tops) };
  }

  function put(left, top, width) {
    const wide = within(width, ...widths());
    const may = places(wide);
    box = { left: within(left, ...may.left), top: within(top, ...may.top), width: wide };
    draw();
    clearTimeout(timer);
    timer = setTimeout(check, WAIT_MS);
    allow(false);
  }

  function scaled(factor) {
    const width = within(box.width * factor, ...widths());
    const grown = (width - box.width) / 2;
    put(box.left - grown, box.top - (grown * told.photo[1]) / told.photo[0], width);
  }

  function draw() {
    const dialog = find("#crop-dialog");
    const height = (box.width * told.photo[1]) / told.photo[0];
    const [across, down] = told.source;
    const set = (query, facts) => Object.entries(facts).forEach(([name, value]) => find(query, dialog).setAttribute(name, value));
    set(".box", { x: box.left, y: box.top, width: box.width, height });
    set(".shade", { d: `M0 0H${across}V${down}H0Z M${box.left} ${box.top}v${height}h${box.width}v${-height}Z` });
    set(".preview", { viewBox: `${box.left} ${box.top} ${box.width} ${height}` });
    set(".preview .guides", { x: box.left, y: box.top, width: box.width, height });
  }

  function allow(isFit, text = "") {
    const dialog = find("#crop-dialog");
    find("button.main", dialog).disabled = !isFit;
    dialog.classList.toggle("unfit", Boolean(text) && !isFit);
    find("#crop-said").textContent = text;
  }

  async function check() {
    const wanted = (asked = rounded().join(","));
    const answer = await ask(`/fits/${main().dataset.key}?box=${wanted}`);
    if (!answer?.ok || wanted !== asked) return;
    const { fits, said } = await answer.json();
    allow(fits, said);
  }

  async function begin(form) {
    const answer = await ask(`/crop/${main().dataset.key}`);
    if (!answer) return;
    const found = await answer.json();
    if (!answer.ok) {
      allow(false, found.said);
      return;
    }
    told = found;
    const [left, top, width] = told.box ?? [0, 0, told.source[0]];
    put(left, top, width);
    find(".cropping", form).focus();
  }

  function point(event) {
    const view = find(".cropping");
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(view.getScreenCTM().inverse());
    return [place.x, place.y];
  }

  function drag(event) {
    if (!told || !event.target.closest(".cropping")) return;
    event.preventDefault();
    const view = find(".cropping");
    view.focus();
    view.setPointerCapture(event.pointerId);
    const [x, y] = point(event);
    const begun = { ...box };
    const move = (moved) => {
      const [nowX, nowY] = point(moved);
      put(begun.left + nowX - x, begun.top + nowY - y, begun.width);
    };
    view.addEventListener("pointermove", move);
    view.addEventListener("pointerup", () => view.removeEventListener("pointermove", move), { once: true });
  }

  function press(event) {
    if (!told || !event.target.closest(".cropping")) return;
    const step = event.shiftKey ? 10 : 2;
    const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const way = ways[event.key];
    const factor = { "+": 0.98, "=": 0.98, "-": 1 / 0.98, _: 1 / 0.98 }[event.key];
    if (!way && !factor) return;
    event.preventDefault();
    if (way) put(box.left + way[0], box.top + way[1], box.width);
    else scaled(factor);
  }

  function wheel(event) {
    if (!told || !event.target.closest(".cropping")) return;
    event.preventDefault();
    scaled(event.deltaY > 0 ? 1.02 : 1 / 1.02);
  }

  document.addEventListener("pointerdown", drag);
  document.addEventListener("keydown", press);
  document.addEventListener("wheel", wheel, { passive: false });
  return { begin, box: rounded };
})();
