// The desk's keys, its dialogs, and what it says; every decision is the server's.
"use strict";

const LOOK_EVERY_MS = 4000;
const find = (query, within = document) => within.querySelector(query);
const every = (query, within = document) => [...within.querySelectorAll(query)];
const main = () => find("#main");
let busy = false;

// -- saying something --------------------------------------------------------------------------------------

function say(text, isWrong = false) {
  const live = find("#live");
  live.textContent = text;
  live.classList.toggle("wrong", isWrong);
  live.classList.toggle("shown", Boolean(text));
}

function gone(isGone) {
  find("#banner").hidden = !isGone;
}

// -- asking the server -------------------------------------------------------------------------------------

async function ask(address, options = {}) {
  try {
    const answer = await fetch(address, { credentials: "same-origin", ...options });
    gone(false);
    return answer;
  } catch {
    gone(true);
    return null;
  }
}

function post(address, asked) {
  return ask(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Regpack-CSRF": find("meta[name=csrf]").content },
    body: JSON.stringify(asked),
  });
}

// -- showing a page without leaving this one, so that what was said stays ----------------------------------

async function show(address, { keep = false } = {}) {
  const answer = await ask(address);
  if (!answer) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = find("#main", page);
  if (!fresh || page.querySelector("meta[name=csrf]")?.content !== find("meta[name=csrf]")?.content) {
    location.assign(answer.url);
    return true;
  }
  const guides = document.body.classList.contains("guided");
  main().replaceWith(fresh);
  find(".effect")?.replaceWith(find(".effect", page));
  document.title = page.title;
  if (!keep) history.pushState(null, "", answer.url);
  document.body.classList.toggle("guided", guides);
  begin();
  fresh.focus({ preventScroll: true });
  scrollTo(0, 0);
  return true;
}

const reload = () => show(location.href, { keep: true });

// -- deciding ----------------------------------------------------------------------------------------------

function wanted(form) {
  const { key, mark, run } = main().dataset;
  const { kind, items, codes, capture, withdraws, student, studentMark } = form.dataset;
  const field = (name) => form.elements[name]?.value ?? "";
  const checked = every("input[name=codes]:checked", form).map((box) => box.value);
  return {
    kind, run,
    items: items ? JSON.parse(items).map(([key, mark]) => ({ key, mark })) : [{ key, mark: Number(mark) }],
    codes: codes ? [codes] : checked,
    capture: capture ?? null,
    box: kind === "crop" ? Cropping.box() : null,
    withdraws: withdraws ? Number(withdraws) : null,
    student: student ? { key: student, mark: Number(studentMark) } : null,
    until: field("until") || null,
    because: field("because"),
    after_freeze: field("after_freeze"),
  };
}

async function decide(form) {
  const next = main().dataset.next;
  await settle(form, await sent(form, "/decide", wanted(form)), () => ("stay" in form.dataset || !next ? reload() : show(next)));
}

async function sent(form, address, asked) {
  if (busy) return null;
  busy = true;
  const button = find("button.main", form);
  if (button) button.disabled = true;
  const answer = await post(address, asked);
  if (button) button.disabled = false;
  busy = false;
  return answer;
}

async function settle(form, answer, goOn) {
  if (!answer) return;
  const told = await answer.json().catch(() => null);
  const wrong = form && find(".wrong", form);
  if (!told) {
    location.reload();
  } else if (answer.ok) {
    form?.closest("dialog")?.close();
    say(told.said);
    await goOn();
  } else if (told.stale) {
    form?.closest("dialog")?.close();
    await reload();
    say(told.said, true);
  } else if (wrong) {
    wrong.textContent = told.said;
  } else {
    say(told.said, true);
  }
}

async function undo() {
  await settle(null, await sent(document, "/undo", {}), reload);
}

// -- dialogs -----------------------------------------------------------------------------------------------

function open(button) {
  const dialog = document.getElementById(button.dataset.open);
  if (!dialog || find("dialog[open]")) return;
  const form = find("form", dialog);
  for (const name of ["capture", "withdraws"]) if (name in button.dataset) form.dataset[name] = button.dataset[name];
  if (button.dataset.student) compare(form, button);
  for (const wrong of every(".wrong", dialog)) wrong.textContent = "";
  dialog.showModal();
  find("input[name=because], input[name=by]", dialog)?.focus();
  if (form.dataset.kind === "crop") Cropping.begin(form);
}

function compare(form, button) {
  form.dataset.student = button.dataset.student;
  form.dataset.studentMark = button.dataset.mark;
  const shown = [...button.cloneNode(true).childNodes];
  for (const picture of shown) if (picture.dataset?.large) picture.src = picture.dataset.large;
  find("#compared").replaceChildren(...shown);
}

async function search(field) {
  const asked = field.value;
  const answer = await ask(`${field.dataset.from}?q=${encodeURIComponent(asked)}`);
  if (!answer?.ok || field.value !== asked) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  find("#candidates").replaceChildren(...part.body.childNodes);
  find("#whom-title").hidden = Boolean(asked.trim());
}

function fill(button) {
  const field = find("input[name=because]", button.form);
  field.value = find("span", button).textContent;
  field.focus();
}

// -- keys --------------------------------------------------------------------------------------------------

function press(event) {
  if (event.isComposing) return;
  const dialog = find("dialog[open]");
  if (dialog && event.key === "Escape") {
    event.preventDefault();
    if (!("needed" in dialog.dataset)) dialog.close();
  }
  if (event.target.matches("input[name=because]") && !event.target.value) {
    const usual = find(`[data-usual="${event.key}"]`, event.target.form);
    if (usual) {
      event.preventDefault();
      fill(usual);
      return;
    }
  }
  const isTyping = event.target.closest("input, select, textarea, dialog");
  if (isTyping || event.ctrlKey || event.altKey || event.metaKey || find("dialog[open]")) return;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const button = every("[data-key]").find((each) => each.dataset.key === name);
  if (button) {
    event.preventDefault();
    button.click();
  } else if (name === "u" && find("meta[name=csrf]")) {
    undo();
  } else if (name === "/") {
    event.preventDefault();
    find("input[type=search]")?.focus();
  } else if (name === "n" || name === "Enter") {
    if (event.target === document.body || event.target === main()) find("[data-first]")?.click();
  }
}

function click(event) {
  const button = event.target.closest("button, a[data-key]");
  if (!button || button.disabled) return;
  if (button.dataset.open) open(button);
  else if ("close" in button.dataset) button.closest("dialog").close();
  else if (button.dataset.usual) fill(button);
  else if (button.dataset.language) put({ language: button.dataset.language });
  else if (button.id === "undo") undo();
  else if (button.id === "guides") guide(button);
  else if (button.id === "retry") reload();
  else if (button.matches("a[data-key]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    say("");
    show(button.href);
  }
}

function guide(button) {
  const isOn = document.body.classList.toggle("guided");
  button.setAttribute("aria-pressed", String(isOn));
}

async function put(asked) {
  const answer = await post("/session", asked);
  if (answer?.ok) location.reload();
}

function submit(event) {
  const form = event.target;
  if (form.matches("form.act, form.settle")) event.preventDefault();
  if (form.matches("form.act")) decide(form);
  if (form.matches("form.settle")) put({ by: form.elements.by.value });
}

// -- whether the page is up to date ------------------------------------------------------------------------

async function look() {
  if (document.hidden || busy || !main()?.dataset.run) return;
  const { key = "", mark, run } = main().dataset;
  const answer = await ask(`/alive?key=${encodeURIComponent(key)}`);
  if (!answer?.ok || busy) return;
  const now = await answer.json();
  const isOld = now.run !== run || (key && Number(mark) !== now.mark);
  if (isOld && main().dataset.key === (key || undefined) && !find("dialog[open]")) {
    const told = main().dataset.changed;
    await reload();
    say(told, true);
  }
}

function begin() {
  const needed = find("dialog[data-needed]");
  if (needed && !needed.open) {
    needed.showModal();
    find("input", needed).focus();
  }
  const button = find("#guides");
  button?.setAttribute("aria-pressed", String(document.body.classList.contains("guided")));
}

document.addEventListener("keydown", press);
document.addEventListener("click", click);
document.addEventListener("submit", submit);
document.addEventListener("input", (event) => event.target.id === "whom" && search(event.target));
addEventListener("popstate", () => show(location.href, { keep: true }));
if (find("#go-on")) location.replace("/");
else {
  begin();
  setInterval(look, LOOK_EVERY_MS);
}
