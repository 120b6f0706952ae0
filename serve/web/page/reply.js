// A reply: the text as it comes, what it used, what can be done with it, editing it in place.
import { askedCard } from "./asked.js";
import { announce, h, svg, toast } from "./dom.js";
import { itemCards } from "./items.js";
import { lessonCard, rememberedCard } from "./lesson.js";
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
    card.setText(message.text);
    card.showActions();
    if (message.edited) card.extra.append(edited(message));
    return card;
  }

  constructor(chat, request, privately) {
    Object.assign(this, { chat, request, privately, id: null, text: "", reply: null });
    this.steps = h("div.steps");
    this.body = h("div.text");
    this.extra = h("div.extra");
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
    if (preferences.length) this.chip(`as you taught: ${preferences.flatMap(({ wishes }) => wishes).join(" · ")}`, "taught");
    const told = memories.length === 1 ? "remembering one thing" : `remembering ${memories.length} things`;
    if (memories.length) this.chip(told, "", memories.map(({ text }) => text).join("\n"));
  }

  write(text) {
    this.text += text;
    this.body.append(text);
  }

  setText(text) {
    this.text = text;
    this.body.textContent = text;
  }

  toolStarted({ id, name, arguments: given }) {
    const told = Object.values(given).filter((value) => typeof value === "string").join(", ");
    const chip = this.chip(`${name}${told ? `: ${told}` : ""}`, "running");
    chip.dataset.tool = name;
    this.running.set(id, chip);
  }

  toolFinished({ id, ok, ms }) {
    const chip = this.running.get(id);
    if (!chip) return;
    chip.classList.replace("running", ok ? "done" : "failed");
    chip.title = `${Math.round(ms)} ms`;
  }

  chip(text, state = "", title = text) {
    const chip = h("span.chip", { title }, text);
    if (state) chip.classList.add(state);
    this.steps.append(chip);
    return chip;
  }

  finished(reply) {
    this.element.classList.remove("writing");
    this.reply = reply;
    this.id = reply.private ? null : reply.id;
    this.setText(reply.text);
    if (reply.items.length) this.showItems(reply);
    for (const asked of reply.trace.confirmations ?? []) this.asks(asked);
    if (reply.learned.length) this.extra.append(rememberedCard(this.chat, reply.learned));
    this.showActions();
  }

  asks(asked) {
    // The call was put off, it did not fail.
    for (const chip of this.steps.querySelectorAll(".failed")) if (chip.dataset.tool === asked.tool) chip.classList.remove("failed");
    this.extra.append(askedCard(this.chat, asked));
  }

  stopped() {
    this.element.classList.remove("writing");
    this.element.classList.add("stopped");
    this.actions.replaceChildren(h("button.quiet", { onclick: () => this.chat.say(this.request) }, "Ask again"));
  }

  showItems(reply) {
    // The list as text says the same as the cards; it stays what is edited and copied.
    const lines = reply.text.split("\n").filter((line) => line.trim());
    this.body.hidden = lines.length === reply.items.length && reply.items.every(({ title }, index) => lines[index].includes(title));
    this.extra.append(itemCards(this.chat, reply));
  }

  showActions() {
    const more = [];
    if (this.id) more.push(h("button.quiet", { onclick: () => this.startEdit() }, "Edit"));
    more.push(h("button.quiet", { onclick: () => this.copy() }, "Copy"));
    if (this.reply) more.push(this.whyButton());
    if (this.id) more.push(
      this.thumb("satisfied", "This was good", ""), this.thumb("dissatisfied", "This was not good", "rotate(180 12 12)"));
    this.actions.replaceChildren(...more);
  }

  whyButton() {
    let panel = null;
    const button = h("button.quiet", { "aria-expanded": "false", onclick: () => {
      if (panel) { panel.remove(); panel = null; } else {
        this.element.append(panel = why(this.reply));
        panel.scrollIntoView({ block: "nearest" });
      }
      button.setAttribute("aria-expanded", String(Boolean(panel)));
    } }, "Why this?");
    return button;
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.text);
      toast("Copied.");
    } catch {
      // Without https the browser has no clipboard for us; the text is selected instead.
      getSelection().selectAllChildren(this.body);
      toast("Selected: copy it with Ctrl+C.");
    }
  }

  thumb(signal, label, transform) {
    const button = h("button.quiet", { "aria-label": label, title: label, "aria-pressed": "false", onclick: () => this.rate(button, signal) },
      svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" },
        svg("path", { transform, d: "M7 21V10l4-7c1.6 0 2.4 1.2 2 2.8L12.3 9H19c1.3 0 2.2 1.2 1.9 2.4l-1.8 7.4A2.6 2.6 0 0 1 16.6 21zM3 10h4v11H3z" })));
    return button;
  }

  async rate(button, signal) {
    if (this.rated) return;
    this.rated = true;
    try {
      await this.chat.api.feedback(this.id, signal);
      button.setAttribute("aria-pressed", "true");
      for (const other of this.actions.querySelectorAll("[aria-pressed=false]")) other.remove();
      announce("Noted.");
    } catch (error) {
      this.rated = false;
      this.chat.tell(error);
    }
  }

  startEdit() {
    const area = h("textarea", { value: this.text, dir: "auto", "aria-label": "Edit the reply", onkeydown: (event) => {
      if (event.key === "Escape" && !keep.disabled) { event.stopPropagation(); close(); }
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
    } });
    const keep = h("button.main", { onclick: () => save() }, "Save");
    const leave = h("button", { onclick: () => close() }, "Cancel");
    const form = h("div.edit", {}, area, h("div.row", {}, keep, leave,
      h("span.soft.small", {}, "Make it what you would have written: what you change is learned. Ctrl+Enter saves.")));
    const [before, hidden] = [this.text, this.body.hidden];
    const close = () => {
      form.replaceWith(this.body);
      this.body.hidden = hidden && this.text === before;
      this.actions.hidden = false;
      this.actions.querySelector("button")?.focus({ preventScroll: true });
    };
    const working = (on) => {
      keep.disabled = leave.disabled = area.readOnly = on;
      keep.textContent = on ? "Learning …" : "Save";
    };
    const save = async () => {
      if (keep.disabled) return;
      if (area.value.trim() === this.text.trim()) return close();
      working(true);
      try {
        const lesson = await this.chat.api.edit(this.id, area.value);
        this.setText(lesson.edit.edited);
        close();
        this.showLesson(lesson);
      } catch (error) {
        working(false);
        this.chat.tell(error);
      }
    };
    this.body.hidden = false;
    this.body.replaceWith(form);
    this.actions.hidden = true;
    area.focus({ preventScroll: true });
    area.setSelectionRange(0, 0);
    form.scrollIntoView({ block: "nearest" });
  }

  showLesson(lesson) {
    const shown = lessonCard(this.chat, lesson);
    this.extra.querySelector(":scope > .lesson")?.remove();
    this.extra.prepend(shown);
    this.body.classList.add("edited");
    const fits = this.element.offsetHeight < this.chat.talk.clientHeight;
    (fits ? this.element : shown.firstElementChild).scrollIntoView({ block: "nearest" });
    this.chat.changed();
  }
}

function edited({ draft, text }) {
  if (!draft || draft === text) return h("p.small.soft.lesson", {}, "You edited this.");
  return h("details.lesson", {}, h("summary.small.soft", {}, "You edited this: the draft it was"), h("div.diff", {}, draft));
}
