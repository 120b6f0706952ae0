// The difference between a draft and the user's version.
import { h } from "./dom.js";

/** `diff`: spans {operation, draft, edited}, in the order of the text. */
export function showDiff(diff) {
  return h("div.diff", { role: "group", "aria-label": "What you changed" }, diff.map(({ operation, draft, edited }) =>
    operation === "equal" ? edited : [draft && h("del", {}, draft), edited && h("ins", {}, edited)]));
}
