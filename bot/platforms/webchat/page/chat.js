// The chat: what is said arrives as server-sent events, what is typed or pressed leaves by POST.

import { drawRows, drawSaid, make } from "/static/draw.js";

const SHOWN = 400; // older messages leave the page; the transcript keeps them
const SILENCE = 40_000; // ms without a sign of life (one comes every 15 s) before the stream is opened anew
const NEAR = 120; // px from the end that still count as reading the newest

const at = (id) => document.getElementById(id);
const words = at("chat").dataset;
const [log, scroll, form, field, notice, state, newer] =
  ["log", "scroll", "form", "field", "notice", "state", "newer"].map(at);
const address = `/chat/${words.chat}`;
const title = document.title;

let last = 0; // the highest id shown
let heard = Date.now();
let caughtUp = false;
let unread = 0;
let stream;
let sending = Promise.resolve(true);

// ---- what arrives

function connect() {
  stream?.close();
  heard = Date.now();
  const opened = new EventSource(`${address}/stream?after=${last}`);
  stream = opened;
  opened.addEventListener("open", () => tellState("live"));
  opened.addEventListener("beat", () => (heard = Date.now()));
  opened.addEventListener("reset", startAgain);
  opened.addEventListener("caught-up", arrive);
  opened.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  opened.addEventListener("error", () => {
    tellState("lost");
    // A refusal closes the stream for good, a broken connection is taken up again by the browser.
    if (opened.readyState === EventSource.CLOSED) setTimeout(() => stream === opened && connect(), 3000);
  });
}

function startAgain() {
  last = 0;
  caughtUp = false;
  log.replaceChildren();
  log.setAttribute("aria-busy", "true");
}

function arrive() {
  heard = Date.now();
  tellState("live");
  if (caughtUp) return;
  caughtUp = true;
  log.removeAttribute("aria-busy");
  toEnd("instant");
  if (last === 0) send({ text: "/start" });
}

function receive(said) {
  heard = Date.now();
  if (said.id <= last) return;
  last = said.id;
  const away = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight > NEAR;
  place(said);
  if (!caughtUp || said.replaces) return;
  if (document.hidden && !said.mine) document.title = `(${++unread}) ${title}`;
  if (away && !said.mine) newer.hidden = false;
  else toEnd();
}

function place(said) {
  const old = said.replaces ? find(said.replaces) : null;
  if (said.body.only === "buttons") {
    if (old) keepFocus(old, () => changeButtons(old, said));
    return;
  }
  if (said.body.changed && !old) return; // it left the page, or never was on it
  const drawn = drawSaid(said, words, { press, copy, suggest });
  if (old) return keepFocus(old, () => standIn(old, drawn, said.body.changed));
  const earlier = said.body.follows ? find(said.body.follows) : null;
  if (earlier?.dataset.title) drawn.querySelector(".bubble").prepend(drawFollows(said.body.follows, earlier.dataset.title));
  log.append(drawn);
  while (log.children.length > SHOWN) log.firstElementChild.remove();
}

/** Finds a message by its id, or by that of the message it stands in for. */
function find(id) {
  return log.querySelector(`[data-id="${Number(id)}"], [data-first="${Number(id)}"]`);
}

function standIn(old, drawn, changed) {
  drawn.dataset.first = old.dataset.first ?? old.dataset.id;
  if (changed) {
    // The same message in other words: it came when it came, and follows on what it followed on.
    drawn.querySelector("time").replaceWith(old.querySelector("time"));
    const follows = old.querySelector(".follows");
    if (follows) drawn.querySelector(".bubble").prepend(follows);
  }
  old.replaceWith(drawn);
  return drawn;
}

function drawFollows(id, heading) {
  const button = make("button", { type: "button" }, heading);
  button.addEventListener("click", () => {
    const earlier = find(id);
    earlier?.scrollIntoView({ block: "center" });
    earlier?.focus({ preventScroll: true });
  });
  return make("p", { class: "small follows", dir: "auto" }, `${words.follows} `, button);
}

function changeButtons(article, said) {
  const id = Number(article.dataset.id);
  article.querySelector("[data-rows]").replaceWith(drawRows(said.body.rows, id, words, { press, copy, suggest }));
  return article;
}

/** Runs a change; if the focus was inside what changed, it goes to the new buttons, else to the message itself. */
function keepFocus(old, change) {
  const inside = old.contains(document.activeElement);
  const changed = change();
  if (inside) (changed.querySelector(".rows button, .rows a") ?? changed).focus({ preventScroll: true });
}

// ---- what leaves

/** Sends one thing after another, in order; resolves to whether the bot took it. */
function send(spoken) {
  sending = sending.then(() => post(spoken));
  return sending;
}

async function post(spoken) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(spoken),
    });
    if (answer.ok) tell("");
    else tell(answer.status === 429 ? words.tooFast : answer.status < 500 ? words.refused : words.notSent);
    return answer.ok;
  } catch {
    tell(words.notSent);
    return false;
  }
}

async function press(command, message, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  await send({ press: command, message });
  button.removeAttribute("aria-disabled");
}

async function copy(text, button) {
  const done = await copied(text);
  tell(done ? words.copied : words.notCopied);
  if (!done) return;
  button.classList.add("done");
  setTimeout(() => {
    button.classList.remove("done");
    if (notice.textContent === words.copied) tell("");
  }, 3000);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or a page that is not on a secure address
  }
}

function suggest(text) {
  field.value = `${text} `;
  field.focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  if (!(await send({ text })) && !field.value) field.value = text;
});

for (const button of document.querySelectorAll("[data-say]")) {
  button.addEventListener("click", () => send({ text: button.dataset.say }));
}

// ---- what is around it

function tell(text) {
  notice.textContent = text;
}

function tellState(name) {
  if (state.dataset.is === name) return;
  state.dataset.is = name;
  state.textContent = words[name];
}

function toEnd(behavior = "auto") {
  scroll.scrollTo({ top: scroll.scrollHeight, behavior });
}

newer.addEventListener("click", () => {
  toEnd();
  field.focus();
});

scroll.addEventListener("scroll", () => {
  if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR) newer.hidden = true;
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  document.title = title;
});

setInterval(() => Date.now() - heard > SILENCE && connect(), 5000);
if (matchMedia("(pointer: fine)").matches) field.focus(); // elsewhere this would open the keyboard over the page
connect();
