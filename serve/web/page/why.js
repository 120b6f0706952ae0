// Why this reply? What was read, what moved it, what it cost.
import { h } from "./dom.js";

export function why(reply) {
  const { standing, memories, preferences, tools, withheld, tokens, timings, model } = reply.trace;
  const parts = [
    part("You said outright", standing.map((text) => h("li", {}, text))),
    part("Your edits taught, for texts like this", preferences.map(({ context, wishes, similarity }) =>
      h("li", {}, wishes.join("; "), " ", h("span.score", { title: context }, `${similarity.toFixed(2)} alike`)))),
    part("Recalled", memories.map(({ text, score, why: arms }) =>
      h("li", {}, text, " ", h("span.score", { title: Object.entries(arms).map(([arm, value]) => `${arm} ${value.toFixed(2)}`).join(", ") }, score.toFixed(2))))),
    part("Looked up", tools.map(({ name, arguments: given, ok, message }) =>
      h("li", {}, h("code", {}, `${name}(${Object.entries(given).map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(", ")})`), ok ? "" : ` failed: ${message}`))),
    part("Items", reply.items.map(({ title, reason }) => h("li", {}, h("b", {}, title), ": ", reason))),
    part("Taken out, because nothing had looked it up", withheld.map((title) => h("li", {}, title))),
  ].filter(Boolean);
  if (!parts.length) parts.push(h("p", {}, "Nothing about you was used for this reply."));
  const cached = tokens.cached ? ` (${Math.round((100 * tokens.cached) / tokens.prompt)} % cached)` : "";
  return h("section.why", { "aria-label": "Why this reply" }, parts, h("dl.small", {},
    h("dt", {}, "Model"), h("dd", {}, model),
    h("dt", {}, "Tokens"), h("dd", {}, `${tokens.prompt} read${cached}, ${tokens.completion} written, ${tokens.calls} ${tokens.calls === 1 ? "call" : "calls"}`),
    h("dt", {}, "Time"), h("dd", {}, `${time(timings.total)}, first words after ${time(timings.first_text)}; ours ${time(timings.overhead)}`)));
}

function part(title, lines) {
  return lines.length ? h("div", {}, h("h3", {}, title), h("ul", {}, lines)) : null;
}

const time = (ms) => ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
