// Draws what was said. Everything is set as text; nothing that came over the network is ever read as markup.

const PAGES = ["http:", "https:"];

/** Makes an element with attributes and children; children that are strings become text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** Returns the address if it is one a link may have, else an empty string. */
export function safe(address, schemes = PAGES) {
  try {
    const url = new URL(address);
    return schemes.includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

/** One message as an element. `act` holds what buttons do: press, copy, suggest. */
export function drawSaid(said, words, act) {
  const { body } = said;
  const kind = said.mine ? "mine" : body.title?.link ? "theirs story" : "theirs";
  const bubble = make("div", { class: "bubble" });
  if (said.mine) bubble.append(make("p", { dir: "auto" }, body.text));
  if (body.title) bubble.append(make("h2", { dir: "auto" }, drawSpan(body.title, words, act)));
  for (const line of body.lines ?? []) bubble.append(drawLine(line, words, act));
  bubble.append(drawRows(body.rows, said.id, words, act));
  return make(
    "article",
    { class: `said ${kind}`, "data-id": said.id, "data-title": body.title?.text, tabindex: -1 },
    make("span", { class: "unseen" }, said.mine ? words.you : words.bot),
    bubble,
    drawTime(said.at),
  );
}

/** The rows of buttons under a message. */
export function drawRows(rows, id, words, act) {
  const drawn = (rows ?? []).map((row) => {
    const buttons = row.map((button) => drawButton(button, id, words, act));
    return make("div", { class: "row" }, ...buttons);
  });
  return make("div", { class: "rows", "data-rows": true }, ...drawn);
}

function drawLine(line, words, act) {
  if (!line.spans.some((span) => span.text.trim())) return make("hr"); // an empty line parts what is around it
  const spans = line.spans.map((span) => drawSpan(span, words, act));
  return make("p", { dir: "auto", class: line.badge ? "fate" : line.small ? "small" : null }, ...spans);
}

function drawSpan(span, words, act) {
  if (span.code) return drawCode(span.text, act);
  let drawn = document.createTextNode(span.text);
  if (span.bold) drawn = make("strong", {}, drawn);
  if (span.italic) drawn = make("em", {}, drawn);
  return safe(span.link) ? drawLink(span.link, words, {}, drawn) : drawn;
}

function drawCode(text, act) {
  if (!text.startsWith("/")) return make("code", {}, text);
  const button = make("button", { type: "button", class: "code" }, text);
  button.addEventListener("click", () => act.suggest(text));
  return button;
}

function drawLink(address, words, attributes, ...children) {
  const href = safe(address, [...PAGES, "mailto:"]);
  if (href.startsWith("mailto:")) return make("a", { ...attributes, href }, ...children);
  const away = { target: "_blank", rel: "noopener noreferrer", referrerpolicy: "no-referrer" };
  const told = make("span", { class: "unseen" }, ` ${words.newTab}`);
  return make("a", { ...attributes, ...away, href }, ...children, told);
}

function drawButton(button, id, words, act) {
  if (button.kind === "menu") return drawMenu(button, id, words, act);
  if (button.kind === "link") return drawLink(button.url, words, { class: "button link" }, button.label);
  const drawn = make("button", { type: "button", class: `button ${button.kind}` }, button.label);
  drawn.addEventListener("click", () => {
    if (button.kind === "press") act.press(button.command, id, drawn);
    else act.copy(button.text, drawn);
  });
  return drawn;
}

let menus = 0;

function drawMenu(menu, id, words, act) {
  const list = make("ul", { class: "options", id: `menu-${++menus}`, hidden: true });
  const toggle = make(
    "button",
    { type: "button", class: "button toggle", "aria-expanded": "false", "aria-controls": list.id },
    menu.label,
  );
  const open = (yes) => {
    toggle.setAttribute("aria-expanded", String(yes));
    list.hidden = !yes;
    if (yes) list.scrollIntoView({ block: "nearest" });
  };
  toggle.addEventListener("click", () => open(list.hidden));
  const box = make("div", { class: "menu" }, toggle, list);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    open(false);
    toggle.focus();
  });
  list.append(...menu.options.map((option) => make("li", {}, drawButton(option, id, words, act))));
  return box;
}

function drawTime(at) {
  const moment = new Date(at);
  const today = moment.toDateString() === new Date().toDateString();
  const clock = { hour: "2-digit", minute: "2-digit" };
  const shown = moment.toLocaleString([], today ? clock : { day: "numeric", month: "short", ...clock });
  return make("time", { datetime: at, title: moment.toLocaleString() }, shown);
}
