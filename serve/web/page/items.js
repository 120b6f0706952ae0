// The items a reply shows: each with its reason, taken or refused; what was refused steers the next list.
import { announce, h } from "./dom.js";

/** Cards for the items of `reply`; `chat` keeps what is done with them and is asked for another list. */
export function itemCards(chat, { items, private: privately }) {
  const refused = new Set();
  const another = h("button", { onclick: () => chat.say(asking(refused)) }, "Another list");
  const steer = (label) => {
    if (label) refused.add(label);
    another.textContent = refused.size ? `Another list, ${wanted(refused)}` : "Another list";
    another.focus();
  };
  const list = h("div.items", { role: "list", "aria-label": "Items" },
    items.map((item, index) => card(chat, item, index + 1, privately ? null : steer)));
  return h("div.shown", {}, list, h("div.row", {}, another));
}

const wanted = (labels) => [...labels].map((label) => `not ${label}`).join(", ");
const asking = (labels) => labels.size ? `Show me others, ${wanted(labels)}` : "Show me others";

/** `steer(label)` after a refusal; without it (private turns) nothing about the item is kept, so nothing is offered. */
function card(chat, item, number, steer) {
  const note = h("p", {}, item.reason);
  const element = h("div.item", { role: "listitem" }, h("span.n", { "aria-hidden": "true" }, String(number)), h("b", {}, item.title), note);
  if (!steer) return element;
  const interact = async (event, reason, told) => {
    try {
      await chat.api.interact({ item_id: item.id, event, ...(reason ? { reason } : {}) });
      note.textContent = told;
      announce(told);
      return true;
    } catch (error) { chat.tell(error); return false; }
  };
  const take = async () => {
    if (element.classList.contains("taken") || !await interact("picked", "", "You took this one: noted.")) return;
    element.classList.add("taken");
    no.remove();
    reasons.remove();
    taking.setAttribute("aria-pressed", "true");
  };
  const refuse = async (label) => {
    if (!await interact("rejected", label ? `too ${label.toLowerCase()}` : "", label ? `Refused: too ${label}.` : "Refused.")) return;
    element.classList.add("gone");
    buttons.remove();
    reasons.remove();
    steer(label);
  };
  const taking = h("button.quiet", { "aria-pressed": "false", onclick: take }, "I'll take it");
  const no = h("button.quiet", { "aria-expanded": "false", onclick: () => {
    reasons.hidden = !reasons.hidden;
    no.setAttribute("aria-expanded", String(!reasons.hidden));
  } }, "No …");
  const reasons = h("div.steps.wide", { hidden: true, role: "group", "aria-label": `Why not ${item.title}?` },
    item.labels.map((label) => h("button.chip", { onclick: () => refuse(label) }, `not ${label}`)),
    h("button.chip", { onclick: () => refuse("") }, "just not this"));
  const buttons = h("div.row", {}, taking, no);
  element.append(buttons, reasons);
  return element;
}
