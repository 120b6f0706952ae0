// A call that waits for the user's word: made only when they say so.
import { announce, h } from "./dom.js";

/** A card with three buttons; the turn goes on when the call was allowed. */
export function askedCard(chat, { id, tool, arguments: given, because }) {
  const answer = async (word, told) => {
    const buttons = [...card.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    announce("One moment.");
    try {
      const reply = await chat.api.confirm(id, word);
      card.replaceWith(h("p.soft.small", {}, told));
      announce(told);
      if (reply) chat.goOn(reply);
      chat.focus();
    } catch (error) {
      for (const button of buttons) button.disabled = false;
      chat.tell(error);
    }
  };
  const name = tool.replaceAll("_", " ");
  const value = (one) => typeof one === "string" ? one : JSON.stringify(one);
  const card = h("div.patch.asked", { role: "group", "aria-label": `May I use ${name}?` }, h("h3", {}, `May I use ${name}?`),
    h("p", {}, `I ask because ${because}. It gets exactly this:`),
    h("dl.given", {}, Object.entries(given).map(([key, one]) => [h("dt", {}, key), h("dd", {}, value(one))])),
    h("div.row", {},
      h("button.main", { onclick: () => answer("once", `Allowed once: ${name}.`) }, "Allow once"),
      h("button", { onclick: () => answer("always", `Allowed, and from now on: ${name}.`) }, "Always"),
      h("button", { onclick: () => answer("no", `Not allowed: ${name}.`) }, "No")));
  return card;
}
