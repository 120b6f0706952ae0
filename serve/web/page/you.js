// What it knows: everything about one person, to read, correct, take along and erase.
import { costChart } from "./chart.js";
import { announce, ask, count, day, field, h, toast } from "./dom.js";

/** Fill `place` with the person's page. */
export async function showYou(place, api, { user, tell, erased }) {
  const root = h("div.you", { "aria-busy": "true" }, h("header", {}, h("h1", {}, "What it knows about you"),
    h("p.soft", {}, `Everything kept about ${user === "me" ? "you" : user}. Nothing here is seen by anybody else's assistant.`)));
  const old = place.querySelector(".you"); // stands, where it was scrolled to, until the new one is whole
  if (!old) place.replaceChildren(root);
  const again = () => showYou(place, api, { user, tell, erased });
  try {
    const [stats, profile, standing, preferences] = await Promise.all([api.stats(), api.profile(), api.standing(), api.preferences()]);
    root.append(tiles(stats), profileOf(profile, api, tell), standingOf(standing.items, api, tell, again),
      preferencesOf(preferences.items, api, tell), stats.edits.length ? costs(stats.edits) : "", memories(api, tell, again), yours(api, user, tell, again, erased));
  } catch (error) {
    tell(error);
    root.append(h("p.blank", {}, h("button", { onclick: again }, "Try again")));
  }
  root.setAttribute("aria-busy", "false");
  if (!old?.isConnected) return;
  const at = old.scrollTop;
  old.replaceWith(root);
  root.scrollTop = at;
}

function tiles({ counts, edits, learning }) {
  const tile = (n, label) => h("div.tile", {}, h("b", {}, n.toLocaleString()), h("span.soft.small", {}, label));
  return h("div.tiles", {}, tile(counts.episode ?? 0, "messages"), tile(counts.fact ?? 0, counts.fact === 1 ? "fact" : "facts"), tile(counts.preference ?? 0, counts.preference === 1 ? "learned preference" : "learned preferences"), tile(edits.length, edits.length === 1 ? "edit" : "edits"),
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
  return section("Profile", `${created ? `Of ${day(created)}, version ${version}. ` : ""}Every sentence rests on something you said.`, h("ul.list", {}, lines.length ? lines : h("li", {}, summary)));
}

function standingOf(items, api, tell, again) {
  const input = h("input", { name: "statement", placeholder: "I'm vegan · no spoilers · I live in Porto", "aria-label": "Something it should always keep in mind", required: true, maxLength: 500 });
  const form = h("form.row", { style: "flex-wrap: nowrap", onsubmit: async (event) => {
    event.preventDefault();
    try {
      await api.remember(input.value);
      announce("Remembered.");
      await again();
      document.querySelector(".you [name=statement]")?.focus({ preventScroll: true });
    } catch (error) { tell(error); }
  } }, input, h("button", { type: "submit" }, "Remember"));
  return section("Always in mind", "What you said outright. It is part of every prompt.",
    items.length ? h("ul.list", {}, items.map((one) => standing(one, api, tell, again))) : empty("Nothing yet."), form);
}

function standing(one, api, tell, again) {
  const pin = h("button.quiet", { "aria-pressed": String(one.pinned), title: "Pinned ones stay in every prompt, however many there are", onclick: async () => {
    try { await api.pinStanding(one.id, !one.pinned); await again(); announce(one.pinned ? "Unpinned." : "Pinned."); } catch (error) { tell(error); }
  } }, one.pinned ? "Unpin" : "Pin");
  const line = h("li", {}, h("span", {}, one.statement, one.pinned && h("span.soft.small", {}, " · pinned")), h("div.row", {}, pin,
    correcting(one.statement, () => api.forgetStanding(one.id), api, tell, again), forgetting(() => line, () => api.forgetStanding(one.id), tell)));
  return line;
}

/** A button that takes `line()` away; what has the focus then is the next line's, else the section's heading. */
function forgetting(line, run, tell) {
  return h("button.quiet", { onclick: async () => {
    try {
      await run();
      const [gone, section] = [line(), line().closest("section")];
      const next = gone.nextElementSibling ?? gone.previousElementSibling;
      gone.remove();
      announce("Forgotten.");
      (next?.querySelector("button") ?? heading(section)).focus({ preventScroll: true });
    } catch (error) { tell(error); }
  } }, "Forget");
}

function heading(section) {
  const title = section.querySelector("h2");
  title.tabIndex = -1;
  return title;
}

/** A button that puts another statement in the place of one. */
function correcting(text, forget, api, tell, again) {
  return h("button.quiet", { onclick: async () => {
    const said = await ask({ title: "Correct", text: `It has: “${text}” What you write stands in its place.`, yes: "Save", fields: [field("What is right, in your own words", { name: "text", placeholder: "I live in …", maxLength: 500, required: true })] });
    if (!said?.text.trim()) return;
    try {
      await api.remember(said.text.trim());
      await forget().catch((error) => { if (error.status !== 404) throw error; });
      await again();
      announce("Corrected.");
    } catch (error) { tell(error); }
  } }, "Correct");
}

function preferencesOf(items, api, tell) {
  return section("Learned from your edits", "Each holds for requests like the one it was learned from.",
    items.length ? h("ul.list", {}, items.map((one) => preference(one, api, tell))) : empty("Nothing yet. Edit a reply, and what you changed is learned."));
}

function preference(one, api, tell) {
  const line = h("li.stitched");
  const save = async (fields, at) => {
    try {
      const now = await api.change(one.id, fields);
      if (now) fill(now);
      else line.remove(); // its last wish was taken out
      announce("Saved.");
      line.querySelectorAll("button")[at]?.focus({ preventScroll: true });
    } catch (error) { tell(error); }
  };
  const reword = async (now) => {
    const said = await ask({ title: "Reword", text: "Empty one to take it out.", yes: "Save", fields: now.wishes.map((wish, index) => field(`Wish ${index + 1}`, { name: String(index), value: wish, maxLength: 300 })) });
    if (said) await save({ wishes: now.wishes.map((_, index) => said[index].trim()) }, 1);
  };
  const fill = (now) => line.replaceChildren(
    h("div", {}, h("ul.wishes", {}, now.wishes.map((wish) => h("li", {}, wish))), h("p.soft.small", {}, `For: ${now.context}`), h("p.soft.small", {}, `used ${count(now.uses, "time")}, kept ${count(now.accepts, "time")}${now.pinned ? " · pinned" : ""}`)),
    h("div.row", {}, h("button.quiet", { "aria-pressed": String(now.pinned), onclick: () => save({ pinned: !now.pinned }, 0) }, now.pinned ? "Unpin" : "Pin"),
      h("button.quiet", { onclick: () => reword(now).catch(tell) }, "Reword"),
      forgetting(() => line, () => api.forgetPreference(now.id), tell)));
  fill(one);
  return line;
}

function costs(edits) {
  return section("What correcting costs you", "The share of each draft that you changed: it should fall.", costChart(edits.map(({ cost_ratio: ratio }) => ratio)));
}

function memories(api, tell, again) {
  const list = h("ul.list");
  const more = h("button", { hidden: true }, "More");
  let [query, run] = ["", 0];
  const load = async (cursor = "") => {
    const mine = ++run;
    try {
      const found = await api.memories({ query, cursor });
      if (mine !== run) return;
      if (!cursor) list.replaceChildren();
      list.append(...found.items.map((one) => memory(one, api, tell, again)));
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

const SAID = { user: "You said", assistant: "The assistant said", tool: "A tool said", import: "From an import" };
const UNDERSTOOD = { user: "A fact, from what you said", import: "A fact, from an import" };

function memory(one, api, tell, again) {
  const past = one.valid_to || one.superseded_by ? " · no longer so" : "";
  const whence = (one.kind === "fact" ? UNDERSTOOD : SAID)[one.source] ?? one.kind;
  const forget = () => api.forget(one.id);
  const line = h("li", {}, h("div", {}, h("p.clamped", {}, one.text), h("p.soft.small", {}, `${whence} · ${day(one.created)}${past}`)), h("div.row", {},
    one.kind === "fact" && !past && correcting(one.text, forget, api, tell, again), forgetting(() => line, forget, tell)));
  return line;
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
        fields: [field(`Type “${user}” to confirm`, { name: "name", required: true, autocomplete: "off", pattern: user.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&") })] });
      if (said?.name !== user) return;
      const receipt = await api.erase(token);
      toast(`Erased ${count(receipt.records, "record")}.`);
      erased();
      again();
    } catch (error) { tell(error); }
  };
  return section("Yours", "", h("div.row", {}, h("button", { onclick: save }, "Export"), h("button", { onclick: () => file.click() }, "Import"), file, h("button.danger", { onclick: erase }, "Erase everything …")));
}
