// One conversation: what was said, the reply as it is written, the box to write in.
import { Fault, LOST } from "./api.js";
import { announce, h } from "./dom.js";
import { ReplyCard } from "./reply.js";

const TRIES = [
  "Write a short note to my team: the office closes at noon on Friday",
  "I'm vegan and I live in Porto",
  "What should I watch tonight?",
];

export class Chat {
  /** `tell` shows a fault; `settled` is called when a turn is over. */
  constructor(api, { tell, settled }) {
    this.api = api;
    this.tell = tell;
    this.settled = settled;
    this.thread = null;
    this.privately = false;
    this.history = []; // of private turns: they are kept in this tab alone
    this.stop = null;
    this.build();
  }

  build() {
    this.talk = h("div.talk", { role: "log", "aria-live": "off", "aria-label": "Conversation", tabIndex: 0 });
    this.box = h("textarea", { rows: 1, placeholder: "Ask for a text, tell it something, ask what to watch …", "aria-label": "Your message", onkeydown: (event) => this.pressed(event) });
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
    if (this.thread === thread) return this.focus();
    this.leave();
    this.thread = thread;
    this.history = [];
    await this.load();
    this.focus();
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
    this.scroll(true);
  }

  cards(messages) {
    return messages.map((message, index) => message.role === "user" ? said(message.text)
      : ReplyCard.of(this, message, messages[index - 1]?.role === "user" ? messages[index - 1].text : "").element);
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
      h("div.try", {}, TRIES.map((text) => h("button", { onclick: () => { this.box.value = text; this.focus(); } }, text))));
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

  async say() {
    const text = this.box.value.trim();
    if (!text) return;
    this.box.value = "";
    this.talk.querySelector(".hello")?.remove();
    const message = said(text, this.privately);
    const card = ReplyCard.begin(this, text, this.privately);
    this.talk.append(message, card.element);
    this.scroll(true);
    this.running(new AbortController());
    try {
      await this.follow(card, text);
      announce(`Reply: ${card.text}`);
    } catch (error) {
      this.failed(error, card, message, text);
    } finally {
      this.running(null);
      this.settled();
    }
  }

  async follow(card, text) {
    const body = { text, thread: this.thread, private: this.privately };
    if (this.privately) body.history = this.history;
    for await (const { event, data } of this.api.turn(body, this.stop.signal)) {
      card.heard(event, data);
      this.lost.hidden = true;
      this.scroll();
    }
    if (this.privately) this.history.push({ role: "user", content: text }, { role: "assistant", content: card.text });
  }

  /** The turn that goes on from a call the user has just allowed. */
  goOn(reply) {
    const card = ReplyCard.begin(this, reply.request, false);
    card.finished(reply);
    this.talk.append(said(reply.request), card.element);
    this.scroll(true);
    this.settled();
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

  scroll(always = false) {
    const near = this.talk.scrollHeight - this.talk.scrollTop - this.talk.clientHeight < 160;
    if (always || near) this.talk.scrollTop = this.talk.scrollHeight;
  }

  focus() {
    if (matchMedia("(hover: hover)").matches) this.box.focus();
  }
}

function said(text, privately = false) {
  return h("div.said", {}, h("div", { title: privately ? "private" : null }, h("span.visually-hidden", {}, "You: "), text));
}
