// A reply: the text as it comes, what it used, the items it shows, editing it in place and what that taught.
import { announce, h, svg, toast } from "./dom.js";
import { showDiff } from "./diff.js";
import { why } from "./why.js";

export class ReplyCard {
  /** A reply that is about to be written. */
  static begin(chat, request, privately) {
    const card = new ReplyCard(chat, request, privately);
    card.element.classList.add("writing");
    return card;
  }

  /** A reply out of the thread. */
  static of(chat, message, request) {
    const card = new ReplyCard(chat, request, false);
    card.id = message.id;
    card.text = message.text;
    card.body.textContent = message.text;
    card.showActions();
    if (message.edited) card.extra.append(h("p.small.soft", {}, "You edited this."), showDiffOf(message.draft, message.text));
    return card;
  }

  constructor(chat, request, privately) {
    Object.assign(this, { chat, request, privately, id: null, text: "", reply: null });
    this.steps = h("div.steps");
    this.body = h("div.text");
    this.extra = h("div", { style: "display:contents" });
    this.actions = h("div.actions");
    this.element = h("article.reply", { "aria-label": "Reply" }, this.steps, this.body, this.extra, this.actions);
    this.running = new Map();
  }

  /** Take in one event of the turn. */
  heard(event, data) {
    if (event === "prepared") this.prepared(data);
    else if (event === "text") this.write(data.text);
    else if (event === "tool_started") this.toolStarted(data);
    else if (event === "tool_finished") this.toolFinished(data);
    else if (event === "finished") this.finished(data.reply);
  }

  prepared({ memories, preferences }) {
    if (preferences.length) this.chip("using what your edits taught");
    if (memories.length) this.chip(memories.length === 1 ? "remembering one thing" : `remembering ${memories.length} things`);
  }

  write(text) {
    this.text += text;
    this.body.append(text);
  }

  toolStarted({ id, name, arguments: given }) {
    const told = Object.entries(given).filter(([, value]) => typeof value !== "object").map(([, value]) => value).join(", ");
    this.running.set(id, this.chip(`${name}${told ? `: ${told}` : ""}`, "running"));
  }

  toolFinished({ id, ok, ms }) {
    const chip = this.running.get(id);
    if (!chip) return;
    chip.classList.replace("running", ok ? "done" : "failed");
    chip.title = `${Math.round(ms)} ms`;
  }

  chip(text, state = "") {
    const chip = h("span.chip", { title: text }, text);
    if (state) chip.classList.add(state);
    this.steps.append(chip);
    return chip;
  }

  finished(reply) {
    this.element.classList.remove("writing");
    this.reply = reply;
    this.id = reply.private ? null : reply.id;
    this.text = reply.text;
    this.body.textContent = reply.text;
    if (reply.items.length) this.showItems(reply);
    for (const asked of reply.trace.confirmations ?? []) this.extra.append(this.confirmation(asked));
    if (reply.learned.length) this.showLearned(reply.learned);
    this.showActions();
  }

  stopped() {
    this.element.classList.remove("writing");
    this.element.classList.add("stopped");
  }

  showActions() {
    const more = [];
    if (this.id) more.push(h("button.quiet", { onclick: () => this.startEdit() }, "Edit"));
    more.push(h("button.quiet", { onclick: () => this.copy() }, "Copy"));
    if (this.reply) more.push(this.whyButton());
    if (this.id && this.reply) more.push(
      this.thumb("satisfied", "This was good", ""), this.thumb("dissatisfied", "This was not good", "rotate(180 12 12)"));
    this.actions.replaceChildren(...more);
  }

  whyButton() {
    let panel = null;
    const button = h("button.quiet", { "aria-expanded": "false", onclick: () => {
      if (panel) { panel.remove(); panel = null; } else this.element.append(panel = why(this.reply));
      button.setAttribute("aria-expanded", String(Boolean(panel)));
    } }, "Why this?");
    return button;
  }

  async copy() {
    await navigator.clipboard.writeText(this.text);
    announce("Copied.");
    toast("Copied.");
  }

  thumb(signal, label, transform) {
    const button = h("button.quiet", { "aria-label": label, title: label, onclick: () => this.rate(button, signal) },
      svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" },
        svg("path", { transform, d: "M7 21V10l4-7c1.6 0 2.4 1.2 2 2.8L12.3 9H19c1.3 0 2.2 1.2 1.9 2.4l-1.8 7.4A2.6 2.6 0 0 1 16.6 21zM3 10h4v11H3z" })));
    return button;
  }

  async rate(button, signal) {
    try {
      await this.chat.api.feedback(this.id, signal);
      for (const one of this.actions.querySelectorAll("[title^='This was']")) one.disabled = true;
      button.classList.add("rated");
    } catch (error) { this.chat.tell(error); }
  }

  showLearned(learned) {
    const list = h("ul", {}, learned.map(({ id, text }) => {
      const line = h("li", {}, text, " ", h("button.link.small", { onclick: async () => {
        try { await this.chat.api.forget(id); line.remove(); if (!list.children.length) card.remove(); announce("Forgotten."); } catch (error) { this.chat.tell(error); }
      } }, "forget"));
      return line;
    }));
    const card = h("div.patch", {}, h("h3", {}, "Remembered"), list);
    this.extra.append(card);
  }

  showItems({ items, text }) {
    // The list as text says the same as the cards; it stays what is edited and copied.
    const lines = text.split("\n").filter((line) => line.trim());
    this.body.hidden = lines.length === items.length && items.every(({ title }, index) => lines[index].includes(title));
    this.extra.append(h("div.items", { role: "list", "aria-label": "Items" }, items.map((item, index) => this.item(item, index + 1))));
  }

  item(item, number) {
    const interact = async (event, reason, told) => {
      try { await this.chat.api.interact({ item_id: item.id, event, ...(reason ? { reason } : {}) }); note.textContent = told; } catch (error) { this.chat.tell(error); }
    };
    const note = h("p", {}, item.reason);
    const no = h("button.quiet", { "aria-expanded": "false", onclick: () => { reasons.hidden = !reasons.hidden; no.setAttribute("aria-expanded", String(!reasons.hidden)); } }, "No …");
    const refuse = (reason) => { reasons.hidden = true; card.classList.add("gone"); interact("rejected", reason, reason ? `Refused: ${reason}. The next list knows.` : "Refused."); };
    const reasons = h("div.steps", { hidden: true, style: "grid-column: 2 / -1" },
      item.labels.map((label) => h("button.chip", { onclick: () => refuse(`too ${label.toLowerCase()}`) }, `not ${label}`)),
      h("button.chip", { onclick: () => refuse("") }, "just not this"));
    const card = h("div.item", { role: "listitem" }, h("span.n", { "aria-hidden": "true" }, String(number)), h("b", {}, item.title),
      h("div.row", {}, h("button.quiet", { onclick: (event) => { event.target.disabled = true; interact("picked", "", "You picked this."); } }, "I'll take it"), no), note, reasons);
    return card;
  }

  confirmation({ id, tool, arguments: given, because }) {
    const answer = async (word, told) => {
      for (const button of card.querySelectorAll("button")) button.disabled = true;
      try {
        const reply = await this.chat.api.confirm(id, word);
        card.replaceChildren(h("p.soft", {}, told));
        announce(told);
        if (reply) this.chat.goOn(reply);
      } catch (error) {
        for (const button of card.querySelectorAll("button")) button.disabled = false;
        this.chat.tell(error);
      }
    };
    const card = h("div.patch", { role: "group", "aria-label": "Asks for your word" }, h("h3", {}, `May I use ${tool}?`), h("p", {}, `I ask because ${because}.`),
      h("dl.given", {}, Object.entries(given).map(([name, value]) => [h("dt", {}, name), h("dd", {}, typeof value === "string" ? value : JSON.stringify(value))])),
      h("div.row", {}, h("button.main", { onclick: () => answer("once", `Allowed: ${tool}.`) }, "Allow once"), h("button", { onclick: () => answer("always", `Allowed, and from now on: ${tool}.`) }, "Always"), h("button", { onclick: () => answer("no", `Not allowed: ${tool}.`) }, "No")));
    return card;
  }

  startEdit() {
    const area = h("textarea", { value: this.text, "aria-label": "Edit the reply", onkeydown: (event) => {
      if (event.key === "Escape") { event.stopPropagation(); cancel(); }
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
    } });
    const keep = h("button.main", { onclick: () => save() }, "Save");
    const form = h("div.edit", {}, area, h("div.row", {}, keep, h("button", { onclick: () => cancel() }, "Cancel"),
      h("span.soft.small", {}, "Make it what you would have written. Ctrl+Enter saves, Esc leaves it.")));
    const cancel = () => { form.replaceWith(this.body); this.actions.hidden = false; this.actions.querySelector("button")?.focus(); };
    const save = async () => {
      if (area.value.trim() === this.text.trim()) return cancel();
      keep.disabled = true;
      keep.textContent = "Learning …";
      try {
        const lesson = await this.chat.api.edit(this.id, area.value);
        this.text = lesson.edit.edited;
        this.body.textContent = this.text;
        cancel();
        this.showLesson(lesson);
      } catch (error) {
        keep.disabled = false;
        keep.textContent = "Save";
        this.chat.tell(error);
      }
    };
    this.body.hidden = false;
    this.body.replaceWith(form);
    this.actions.hidden = true;
    area.focus();
    area.setSelectionRange(0, 0);
  }

  showLesson(lesson) {
    const { cost, cost_ratio: ratio } = lesson.edit;
    const card = h("div.patch", {}, h("h3", {}, lesson.wishes.length ? "Learned" : "Saved; nothing about style to learn here"),
      h("ul", {}, lesson.wishes.map((wish) => h("li", {}, wish))),
      h("div.facts", {}, h("span", {}, `This edit cost ${cost} tokens, ${Math.round(ratio * 100)} % of the draft.`)));
    if (lesson.wishes.length) {
      const undo = h("button.link", { onclick: async () => {
        try { await this.chat.api.undo(lesson.edit.id); card.classList.add("taken-back"); undo.replaceWith("Taken back."); announce("Taken back."); } catch (error) { this.chat.tell(error); }
      } }, "Undo");
      card.lastElementChild.append(undo);
    }
    this.extra.replaceChildren(...[...this.extra.children].filter((child) => child.matches(".items")), showDiff(lesson.diff), card);
    announce(lesson.wishes.length ? `Learned: ${lesson.wishes.join("; ")}` : "Saved.");
  }
}

function showDiffOf(draft, edited) {
  const details = h("details", {}, h("summary.small.soft", {}, "The draft it was"), h("div.diff", {}, draft));
  return draft && draft !== edited ? details : "";
}
