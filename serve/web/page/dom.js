// Elements from code. Text only ever becomes a text node: nothing that was said can become markup.

/** An element: `h("button.main#go", { onclick }, "Go", child, [children])`. False and null children are left out. */
export function h(what, properties = {}, ...children) {
  const [, tag, rest] = /^([a-z0-9]+)(.*)$/.exec(what);
  const element = document.createElement(tag);
  for (const [mark, name] of rest.matchAll(/[.#][\w-]+/g).map((m) => [m[0][0], m[0].slice(1)])) {
    if (mark === ".") element.classList.add(name);
    else element.id = name;
  }
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name in element && !name.startsWith("aria")) element[name] = value;
  else element.setAttribute(name, value === true ? "" : value);
}

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

/** Tell a screen reader. */
export function announce(text) {
  const status = document.getElementById("status");
  status.textContent = ""; // the same words twice are said twice
  requestAnimationFrame(() => { status.textContent = text; });
}

/** A notice that goes by itself; `action` is [label, function]. */
export function toast(text, { bad = false, action = null } = {}) {
  const notice = h(`div.toast${bad ? ".bad" : ""}`, { role: bad ? "alert" : "status" }, h("span", {}, text));
  const close = () => notice.remove();
  if (action) notice.append(h("button", { onclick: () => { close(); action[1](); } }, action[0]));
  else notice.append(h("button", { onclick: close, "aria-label": "Dismiss" }, "✕"));
  document.getElementById("toasts").append(notice);
  setTimeout(close, bad ? 12000 : 7000);
}

/** A modal dialog that resolves to its form's values, or null when it is closed. `fields` are elements with names. */
export function ask({ title, text = "", fields = [], yes = "OK", danger = false }) {
  return new Promise((resolve) => {
    const form = h("form", { method: "dialog" },
      h("h2", { id: "dialog-title" }, title),
      text && h("p.soft", {}, text),
      fields,
      h("div.row", {},
        h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
        h(`button.main${danger ? ".danger" : ""}`, { type: "submit", value: "yes" }, yes)));
    const dialog = h("dialog", { "aria-labelledby": "dialog-title", onclose: () => {
      const said = dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null;
      dialog.remove();
      resolve(said);
    } }, form);
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A labelled input. */
export function field(label, properties) {
  return h("label", {}, h("span.soft.small", {}, label), h("input", properties));
}

/** "1 memory", "2 memories". */
export function count(n, one, many = `${one}s`) {
  return `${n.toLocaleString()} ${n === 1 ? one : many}`;
}

/** A date as the reader's locale writes it. */
export function day(iso) {
  return new Date(iso).toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" });
}
