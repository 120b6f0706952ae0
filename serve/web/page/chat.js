// One conversation: what was said, the reply as it is written, the box to write in.
import { Fault, LOST } from "./api.js";
import { askedCard } from "./asked.js";
import { announce, h } from "./dom.js";
import { ReplyCard } from "./reply.js";

const TRIES = ["Write a short note to my team: the office closes at noon on Friday", "I'm vegan and I live in Porto"];
const TRY_CATALOG = "What do you recommend?";

export class Chat {
  /** `tell` shows a fault; `changed` is called when something was said, learned or forgotten; `catalog`: are there items? */
  constructor(api, { tell, changed, catalog }) {
    Object.assign(this, { api, tell, changed, catalog });
    this.thread = null;
    this.privately = false;
    this.history = []; // of private turns: they are kept in this tab alone
    this.stop = null;
    this.build();
  }

  build() {
    this.talk = h("div.talk", { role: "log", "aria-live": "off", "aria-label": "Conversation", tabIndex: 0 });
    this.box = h("textarea", { rows: 1, dir: "auto", placeholder: "Ask, tell, or have it write …", "aria-label": "Your message", onkeydown: (event) => this.pressed(event) });
    this.send = h("button.main", { type: "submit" }, "Send");
    this.lost = h("div.offline", { hidden: true, role: "alert" });
    const secret = h("input", { type: "checkbox", onchange: () => this.setPrivate(secret.checked) });
    this.form = h("div.compose", {}, this.lost, h("form", { onsubmit: (event) => { event.preventDefault(); this.stop ? this.stop.abort() : this.say(); } },
      h("div.box", {}, this.box, this.send),
      h("div.row", {},
        h("label.toggle", { title: "A private turn neither reads nor writes your memory" }, secret, "Private: neither reads nor writes memory"),
        h("span.grow"), h("span.soft.small.hint", { "aria-hidden": "true" }, "Enter sends, Shift+Enter breaks the line"))));
  }

  /** Put this conversation on the page, the thread's messages loaded when it is another one than before. */
  async show(place, thread) {
    place.replaceChildren(this.talk, this.form);
    this.focus();
    if (this.thread === thread) return;
    this.leave();
    this.thread = thread;
    this.history = [];
    this.loading = this.load();
    await this.loading;
  }

  leave() {
    this.stop?.abort();
  }

  async load() {
    const shown = this.thread;
    const { messages, more } = await this.api.thread(shown).catch((error) => {
      if (error.status === 404) return { messages: [], more: false };
      throw error;
    });
    if (shown !== this.thread) return;
    this.talk.replaceChildren(...(messages.length ? this.cards(messages) : [this.hello()]));
    if (more) this.talk.prepend(this.earlier(messages[0].order));
    this.scroll();
    await (messages.length ? this.waiting() : this.suggest());
  }

  /** What still waits for the user's word in this conversation. */
  async waiting() {
    const shown = this.thread;
    const { items } = await this.api.confirmations();
    if (shown !== this.thread) return;
    this.talk.append(...items.filter(({ thread }) => thread === shown).map((one) => askedCard(this, one)));
    this.scroll();
  }

  /** Another tab went on with this conversation: show it, unless something is being written here. */
  async follows(thread) {
    const busy = this.stop || this.history.length || this.talk.querySelector(".edit");
    if (thread === this.thread && !busy) await this.load();
  }

  cards(messages) {
    return messages.map((message, index) => {
      const [before, after] = [messages[index - 1], messages[index + 1]];
      if (message.role === "assistant") return ReplyCard.of(this, message, before?.role === "user" ? before.text : "").element;
      return after?.role === "assistant" ? said(message.text) : [said(message.text), this.unanswered(message.text)];
    }).flat();
  }

  unanswered(text) {
    return h("div.row.unanswered", {}, h("span.soft.small", {}, "Not answered."), h("button.quiet", { onclick: () => this.say(text) }, "Ask again"));
  }

  /** What may be asked next, by what the user likes: under the last list, or where a conversation begins. */
  async suggest() {
    const shown = this.thread;
    if (!this.catalog || this.privately) return;
    const { items } = await this.api.suggestions();
    if (!items.length || this.stop || shown !== this.thread) return;
    const next = h("div.next", { role: "group", "aria-label": "You may want to ask" }, h("span.soft.small", {}, "Next, perhaps:"), items.map((text) =>
      h("button.try", { onclick: () => this.say(text) }, text)));
    const near = this.near();
    (this.talk.querySelector(".hello") ?? this.talk).append(next);
    if (near) this.scroll();
  }

  earlier(order) {
    const button = h("button.quiet", { onclick: async () => {
      try {
        const { messages, more } = await this.api.thread(this.thread, order);
        const height = this.talk.scrollHeight;
        button.parentElement.replaceWith(...(more ? [this.earlier(messages[0].order)] : []), ...this.cards(messages));
        this.talk.scrollTop += this.talk.scrollHeight - height;
      } catch (error) { this.tell(error); }
    } }, "Earlier messages");
    return h("div.row", {}, button);
  }

  hello() {
    return h("div.hello", {},
      h("h1", {}, "Correct me, and I get better at you."),
      h("p.soft", {}, "Edit any reply: what you changed is learned for texts like it. What you say outright is remembered. Under “What it knows” you see all of it, and take back what you like."),
      h("div.row", {}, [...TRIES, this.catalog && TRY_CATALOG].filter(Boolean).map((text) =>
        h("button.try", { onclick: () => { this.box.value = text; this.box.focus(); } }, text))));
  }

  setPrivate(privately) {
    this.privately = privately;
    this.history = [];
    this.form.classList.toggle("private", privately);
    announce(privately ? "Private: nothing of the next turns is read from memory or written to it." : "Memory is on again.");
    this.focus();
  }

  pressed(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!this.stop) this.say();
    } else if (event.key === "Escape" && this.stop) this.stop.abort();
  }

  /** Say `text`; without it, what stands in the box. */
  async say(text = null) {
    if (this.stop) return;
    if (text === null) {
      text = this.box.value.trim();
      this.box.value = "";
    }
    if (!text) return;
    await this.loading?.catch(() => {}); // whoever is quicker than the conversation finds it above what they said
    for (const old of this.talk.querySelectorAll(".hello, .next")) old.remove();
    this.focus();
    const message = said(text, this.privately);
    const card = ReplyCard.begin(this, text, this.privately);
    this.talk.append(message, card.element);
    this.scroll();
    this.running(new AbortController());
    try {
      await this.follow(card, text);
      announce(`Reply: ${card.text}`);
    } catch (error) {
      this.failed(error, card, message, text);
    } finally {
      this.running(null);
      if (!this.privately) this.changed();
    }
    if (card.reply?.items.length) this.suggest().catch(this.tell);
  }

  async follow(card, text) {
    const body = { text, thread: this.thread, private: this.privately };
    if (this.privately) body.history = this.history;
    for await (const { event, data } of this.api.turn(body, this.stop.signal)) {
      const near = this.near();
      card.heard(event, data);
      this.lost.hidden = true;
      if (near) this.scroll();
    }
    if (this.privately) this.history.push({ role: "user", content: text }, { role: "assistant", content: card.text });
  }

  /** The turn that goes on from a call the user has just allowed. */
  goOn(reply) {
    const card = ReplyCard.begin(this, reply.request, false);
    card.finished(reply);
    this.talk.append(said(reply.request), card.element);
    this.scroll();
    this.changed();
  }

  failed(error, card, message, text) {
    if (error.name === "AbortError") return card.stopped();
    if (!card.text) { card.element.remove(); message.remove(); if (!this.box.value) this.box.value = text; }
    else card.stopped();
    if (error instanceof Fault && error.message === LOST) { this.lost.textContent = LOST; this.lost.hidden = false; }
    else this.tell(error);
  }

  running(stop) {
    this.stop = stop;
    this.send.textContent = stop ? "Stop" : "Send";
    this.talk.setAttribute("aria-busy", String(Boolean(stop)));
  }

  /** Whether the end is in view: who reads further up is left there. */
  near() {
    return this.talk.scrollHeight - this.talk.scrollTop - this.talk.clientHeight < 160;
  }

  scroll() {
    this.talk.scrollTop = this.talk.scrollHeight;
  }

  focus() {
    if (matchMedia("(hover: hover)").matches) this.box.focus();
  }
}

function said(text, privately = false) {
  return h(`div.said${privately ? ".private" : ""}`, {}, h("div", {}, h("span.visually-hidden", {}, privately ? "You, in private: " : "You: "), text));
}
