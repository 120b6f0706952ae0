// The page: who is here, which view is shown, the list of conversations.
import { Fault, api, key, session } from "./api.js";
import { Chat } from "./chat.js";
import { announce, ask, count, field, h, toast } from "./dom.js";

const NAME = "tailored-user";
const THEME = "tailored-theme";
const main = document.getElementById("main");
const side = document.getElementById("side");
const page = { scope: null, user: null, api: null, chat: null, model: "", catalog: false };
const tabs = new BroadcastChannel("tailored"); // the other tabs of this page

/** Show a fault as a notice; ask for a key when that is what is missing. */
export function tell(error) {
  if (error.name === "AbortError") return;
  if (error instanceof Fault && error.status === 401) enter();
  else toast(error.message, { bad: true });
  if (!(error instanceof Fault)) console.error(error);
}

async function start() {
  applyTheme(localStorage.getItem(THEME));
  try {
    const here = await session();
    if (here.needs_key && !key.get()) return await enter();
    page.scope = here.scope;
    page.model = here.model;
    page.catalog = here.catalog;
    become(here.user ?? localStorage.getItem(NAME) ?? "me");
  } catch (error) {
    if (error.status === 401) return await enter();
    main.replaceChildren(h("div.blank", {}, h("p", {}, error.message), h("p", {}, h("button", { onclick: start }, "Try again"))));
  }
}

async function enter() {
  if (document.querySelector("dialog[open]")) return;
  key.drop();
  const said = await ask({
    title: "Your key", text: "This server asks for a key. It stays in this tab and is gone when you close it.",
    fields: [field("Key", { name: "key", type: "password", autocomplete: "off", required: true, autofocus: true })], yes: "Enter",
  });
  if (said) {
    key.set(said.key.trim());
    await start();
  } else {
    main.replaceChildren(h("div.blank", {}, h("button", { onclick: enter }, "Enter a key")));
  }
}

function become(user) {
  page.user = user;
  page.api = api(user);
  page.chat?.leave();
  page.chat = newChat();
  const who = document.getElementById("who");
  who.textContent = user;
  who.setAttribute("aria-label", `You are ${user}; settings`);
  route();
}

function newChat() {
  const { user } = page;
  const chat = new Chat(page.api, { tell, catalog: page.catalog, changed: () => {
    refreshSide();
    tabs.postMessage({ user, thread: chat.thread });
  } });
  return chat;
}

tabs.addEventListener("message", ({ data }) => {
  if (data.user !== page.user) return;
  refreshSide();
  page.chat.follows(data.thread).catch(tell);
});

async function settings() {
  const own = ["owner", "admin", "tenant"].includes(page.scope);
  const theme = h("select", { name: "theme" }, ["system", "light", "dark"].map((name) =>
    h("option", { value: name, selected: (localStorage.getItem(THEME) ?? "system") === name }, { system: "As the system", light: "Light", dark: "Dark" }[name])));
  const said = await ask({
    title: "You and this page", text: `Model: ${page.model}.`, yes: "Save",
    fields: [
      own && field("Your name: each has a memory of their own", { name: "user", value: page.user, maxLength: 512, required: true }),
      h("label", {}, h("span.soft.small", {}, "Colours"), theme),
      key.get() && h("label.toggle", {}, h("input", { type: "checkbox", name: "leave" }), "Forget the key in this tab"),
    ],
  });
  if (!said) return;
  localStorage.setItem(THEME, said.theme);
  applyTheme(said.theme);
  if (said.leave) { key.drop(); location.reload(); return; }
  if (own && said.user.trim() && said.user !== page.user) {
    localStorage.setItem(NAME, said.user.trim());
    location.hash = "#/";
    become(said.user.trim());
  }
}

function applyTheme(theme) {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function route() {
  if (!page.api) return;
  const [view, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const name = view === "you" ? "you" : "chat";
  for (const link of document.querySelectorAll("nav [data-view]"))
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  document.title = name === "you" ? "What it knows · Tailored" : "Tailored";
  closeSide();
  if (name === "you") showPerson().catch(tell);
  else page.chat.show(main, view === "thread" ? decodeURIComponent(rest.join("/")) : "main").catch(tell);
  refreshSide();
}

async function showPerson() {
  const { showYou } = await import("./you.js"); // most visits to the page never open this view
  if (location.hash === "#/you") await showYou(main, page.api, { user: page.user, tell, erased });
}

function erased() {
  page.chat.leave();
  page.chat = newChat();
  page.chat.changed();
}

async function refreshSide(query = side.querySelector("input")?.value ?? "") {
  let found;
  try {
    found = await page.api.threads(query);
  } catch (error) {
    return tell(error);
  }
  const current = page.chat.thread;
  const list = h("ul", {}, found.items.map((thread) =>
    h("li", {}, h("a", { href: `#/thread/${encodeURIComponent(thread.thread)}`, title: thread.title,
      "aria-current": location.hash !== "#/you" && thread.thread === current ? "page" : null }, thread.title || "…"),
    h("button.quiet", { "aria-label": `Forget the conversation “${thread.title}”`, title: "Forget", onclick: () => forget(thread) }, "✕"))));
  const old = side.querySelector("ul");
  if (old) old.replaceWith(list);
  else side.replaceChildren(
    h("button", { onclick: open }, "New conversation"),
    h("input", { type: "search", placeholder: "Search conversations", "aria-label": "Search conversations", oninput: later((event) => refreshSide(event.target.value)) }),
    list);
  if (!found.items.length) list.append(h("li.soft.small", {}, query ? "Nothing found." : "No conversations yet."));
  side.setAttribute("aria-label", `Conversations: ${count(found.total ?? found.items.length, "conversation")}`);
}

async function forget({ thread, title, n_messages: n }) {
  const said = await ask({ title: "Forget this conversation?", danger: true, yes: "Forget",
    text: `“${title}”: ${count(n, "message")}, and what was understood and learned from them alone.` });
  if (!said) return;
  try {
    await page.api.forgetThread(thread);
    announce("Forgotten.");
    if (thread === page.chat.thread) erased();
    else page.chat.changed();
    route();
    side.querySelector("button").focus();
  } catch (error) { tell(error); }
}

async function open() {
  try {
    const { thread } = await page.api.newThread();
    location.hash = `#/thread/${encodeURIComponent(thread)}`;
  } catch (error) { tell(error); }
}

function later(run, ms = 250) {
  let timer;
  return (event) => { clearTimeout(timer); timer = setTimeout(() => run(event), ms); };
}

const menu = document.getElementById("menu");
function closeSide() { side.classList.remove("open"); menu.setAttribute("aria-expanded", "false"); }
menu.addEventListener("click", () => menu.setAttribute("aria-expanded", String(side.classList.toggle("open"))));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeSide(); });
document.getElementById("who").addEventListener("click", () => settings().catch(tell));
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
window.addEventListener("hashchange", route);
window.addEventListener("unhandledrejection", (event) => tell(event.reason));
start();
