// What it knows: everything about one person, to read, correct, take along and erase.
import { costChart } from "./chart.js";
import { announce, ask, count, day, field, h, toast } from "./dom.js";

/** Fill `place` with the person's page. */
export async function showYou(place, api, { user, tell, erased }) {
  const root = h("div.you", { "aria-busy": "true" }, h("header", {}, h("h1", {}, "What it knows about you"),
    h("p.soft", {}, `Everything kept about ${user === "me" ? "you" : user}. Nothing here is seen by anybody else's assistant.`)));
  place.replaceChildren(root);
  const again = () => showYou(place, api, { user, tell, erased });
  try {
    const [stats, profile, standing, preferences] = await Promise.all([api.stats(), api.profile(), api.standing(), api.preferences()]);
    root.append(tiles(stats), profileOf(profile, api, tell), standingOf(standing.items, api, tell, again),
      preferencesOf(preferences.items, api, tell), stats.edits.length ? costs(stats.edits) : "", memories(api, tell), yours(api, user, tell, again, erased));
  } catch (error) {
    tell(error);
    root.append(h("p.blank", {}, h("button", { onclick: again }, "Try again")));
  }
  root.setAttribute("aria-busy", "false");
}

function tiles({ counts, edits, learning }) {
  const tile = (n, label) => h("div.tile", {}, h("b", {}, n.toLocaleString()), h("span.soft.small", {}, label));
  return h("div.tiles", {}, tile(counts.episode ?? 0, "messages"), tile(counts.fact ?? 0, "facts"), tile(counts.preference ?? 0, "learned preferences"), tile(edits.length, "edits"),
    learning ? tile(learning, "still to be learned from") : "");
}

function section(title, about, ...children) {
  return h("section", { "aria-label": title }, h("div", {}, h("h2", {}, title), about && h("p.soft.small", {}, about)), children);
}

const empty = (text) => h("p.soft", {}, text);

function profileOf({ summary, sentences, version, created }, api, tell) {
  if (!summary) return section("Profile", "", empty("Not written yet: it takes a few conversations."));
  const show = async (line, ids) => {
    if (line.querySelector(".wide")) return line.querySelector(".wide").remove();
    try {
      const found = await Promise.all(ids.map((id) => api.memory(id)));
      line.append(h("ul.wide.small.soft", {}, found.map(({ text, created: when }) => h("li", {}, `${day(when)}: ${text}`))));
    } catch (error) { tell(error); }
  };
  const lines = sentences.map(({ text, evidence }) => {
    const line = h("li", {}, h("span", {}, text), evidence.length ? h("button.quiet", { onclick: () => show(line, evidence) }, "Why?") : "");
    return line;
  });
  return section("Profile", `Version ${version}${created ? `, ${day(created)}` : ""}. Every sentence rests on something you said.`, h("ul.list", {}, lines.length ? lines : h("li", {}, summary)));
}

function standingOf(items, api, tell, again) {
  const input = h("input", { name: "statement", placeholder: "I'm vegan · no spoilers · I live in Porto", "aria-label": "Something it should always keep in mind", required: true, maxLength: 500 });
  const form = h("form.row", { style: "flex-wrap: nowrap", onsubmit: async (event) => {
    event.preventDefault();
    try { await api.remember(input.value); announce("Remembered."); again(); } catch (error) { tell(error); }
  } }, input, h("button", { type: "submit" }, "Remember"));
  return section("Always in mind", "What you said outright. It is part of every prompt.",
    items.length ? h("ul.list", {}, items.map((one) => gone(h("li", {}, h("span", {}, one.statement)), "Forget", () => api.forgetStanding(one.id), tell))) : empty("Nothing yet."), form);
}

/** A line with a button that takes it away. */
function gone(line, label, run, tell) {
  line.append(h("button.quiet", { onclick: async () => {
    try { await run(); line.remove(); announce("Forgotten."); } catch (error) { tell(error); }
  } }, label));
  return line;
}

function preferencesOf(items, api, tell) {
  return section("Learned from your edits", "Each holds for requests like the one it was learned from.",
    items.length ? h("ul.list", {}, items.map((one) => preference(one, api, tell))) : empty("Nothing yet. Edit a reply, and what you changed is learned."));
}

function preference(one, api, tell) {
  const line = h("li.stitched");
  const save = async (fields) => { try { fill(await api.change(one.id, fields)); announce("Saved."); } catch (error) { tell(error); } };
  const reword = async (now) => {
    const said = await ask({ title: "Reword", text: "Empty one to take it out.", yes: "Save", fields: now.wishes.map((wish, index) => field(`Wish ${index + 1}`, { name: String(index), value: wish, maxLength: 300 })) });
    if (said) await save({ wishes: now.wishes.map((_, index) => said[index].trim()) });
  };
  const fill = (now) => line.replaceChildren(
    h("div", {}, h("p", {}, now.wishes.join(" · ")), h("p.soft.small", {}, `For: ${now.context}`), h("p.soft.small", {}, `used ${count(now.uses, "time")}, kept ${count(now.accepts, "time")}${now.pinned ? " · pinned" : ""}`)),
    h("div.row", {}, h("button.quiet", { "aria-pressed": String(now.pinned), onclick: () => save({ pinned: !now.pinned }) }, now.pinned ? "Unpin" : "Pin"),
      h("button.quiet", { onclick: () => reword(now).catch(tell) }, "Reword"),
      h("button.quiet", { onclick: async () => { try { await api.forgetPreference(now.id); line.remove(); announce("Forgotten."); } catch (error) { tell(error); } } }, "Forget")));
  fill(one);
  return line;
}

function costs(edits) {
  return section("What correcting costs you", "The share of each draft that you changed: it should fall.", costChart(edits.map(({ cost_ratio: ratio }) => ratio)));
}

function memories(api, tell) {
  const list = h("ul.list");
  const more = h("button", { hidden: true }, "More");
  let [query, run] = ["", 0];
  const load = async (cursor = "") => {
    const mine = ++run;
    try {
      const found = await api.memories({ query, cursor });
      if (mine !== run) return;
      if (!cursor) list.replaceChildren();
      list.append(...found.items.map((one) => memory(one, api, tell)));
      if (!list.children.length) list.append(h("li", {}, query ? "Nothing fits." : "Nothing yet."));
      more.hidden = !found.next_cursor;
      more.onclick = () => load(found.next_cursor);
    } catch (error) { tell(error); }
  };
  let timer;
  const search = h("input", { type: "search", placeholder: "Search by meaning or words", "aria-label": "Search memories", oninput: () => { clearTimeout(timer); timer = setTimeout(() => { query = search.value.trim(); load(); }, 250); } });
  load();
  return section("Memories", "What was said and what was understood. Forgetting one takes along what was learned from it.", search, list, more);
}

const FROM = { user: "you", assistant: "the assistant", tool: "a tool", import: "an import" };

function memory(one, api, tell) {
  const past = one.valid_to || one.superseded_by ? " · no longer so" : "";
  return gone(h("li", {}, h("div", {}, h("p", {}, one.text), h("p.soft.small", {}, `${one.kind} · ${FROM[one.source] ?? one.source} · ${day(one.created)}${past}`))), "Forget", () => api.forget(one.id), tell);
}

function yours(api, user, tell, again, erased) {
  const save = async () => {
    try {
      const link = h("a", { href: URL.createObjectURL(new Blob([JSON.stringify(await api.export(), null, 1)], { type: "application/json" })), download: `tailored-${user}.json` });
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) { tell(error); }
  };
  const file = h("input", { type: "file", accept: "application/json,.json", hidden: true, onchange: async () => {
    try {
      const { records } = await api.take(JSON.parse(await file.files[0].text()));
      toast(`Took in ${count(records, "record")}.`);
      again();
    } catch (error) { tell(error instanceof SyntaxError ? new Error("That file is not JSON: choose one that “Export” wrote.") : error); }
  } });
  const erase = async () => {
    try {
      const { token, counts } = await api.askErasure();
      const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
      const said = await ask({ title: "Erase everything?", danger: true, yes: "Erase for good",
        text: `${count(total, "record")} about ${user} will be deleted from memory and from the disk. This cannot be undone; export first if you may want them again.`,
        fields: [field(`Write ${user} to confirm`, { name: "name", required: true, autocomplete: "off", pattern: user.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&") })] });
      if (said?.name !== user) return;
      const receipt = await api.erase(token);
      toast(`Erased ${count(receipt.records, "record")}.`);
      erased();
      again();
    } catch (error) { tell(error); }
  };
  return section("Yours", "", h("div.row", {}, h("button", { onclick: save }, "Export"), h("button", { onclick: () => file.click() }, "Import"), file, h("button.danger", { onclick: erase }, "Erase everything …")));
}
