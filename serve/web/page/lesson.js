// What an edit taught, stitched onto the reply; and what was understood from a message.
import { showDiff } from "./diff.js";
import { announce, h } from "./dom.js";

/** The card of a lesson, and below it what was changed. */
export function lessonCard(chat, lesson) {
  const { cost, cost_ratio: ratio } = lesson.edit;
  const learned = lesson.wishes.length > 0;
  const facts = h("div.facts", {}, h("span", {}, `This edit cost ${cost} tokens, ${Math.round(ratio * 100)} % of the draft.`));
  const card = h("div.patch.fresh", { role: "group", "aria-label": "Learned" },
    h("h3", {}, learned ? "Learned, for texts like this one" : "Saved. Nothing about style to learn here"),
    h("ul", {}, lesson.wishes.map((wish) => h("li", {}, wish))), facts);
  if (learned) facts.append(undoing(chat, lesson, card));
  announce(learned ? `Learned: ${lesson.wishes.join("; ")}` : "Saved.");
  return h("div.shown.lesson", {}, card, h("details", { open: true }, h("summary.small.soft", {}, "What you changed"), showDiff(lesson.diff)));
}

function undoing(chat, lesson, card) {
  const button = h("button.link", { onclick: async () => {
    try {
      await chat.api.undo(lesson.edit.id);
      card.classList.add("taken-back");
      button.replaceWith("Taken back: it was not learned.");
      announce("Taken back.");
      chat.changed();
      chat.focus();
    } catch (error) { chat.tell(error); }
  } }, "Undo");
  return button;
}

/** What a message was understood to say, each with a way to forget it. */
export function rememberedCard(chat, learned) {
  const list = h("ul", {}, learned.map(({ id, text }) => {
    const line = h("li", {}, text, " ", h("button.link.small", { "aria-label": `Forget: ${text}`, onclick: async () => {
      try {
        await chat.api.forget(id);
        line.remove();
        if (!list.children.length) card.remove();
        announce("Forgotten.");
        chat.changed();
        chat.focus();
      } catch (error) { chat.tell(error); }
    } }, "forget"));
    return line;
  }));
  const card = h("div.patch.fresh", { role: "group", "aria-label": "Remembered" }, h("h3", {}, "Remembered"), list);
  return card;
}
