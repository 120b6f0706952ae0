// Edit cost over time: a dot an edit, a line for the mean of the last few, so that a fall is seen at a glance.
import { svg, h } from "./dom.js";

const [HEIGHT, LEFT, BOTTOM, TOP] = [190, 44, 24, 12];
const NARROW = "(max-width: 50rem)";
const WINDOW = 5;

/** A figure of `costs`: shares of each draft that was changed, 0 to 1, oldest first. */
export function costChart(costs) {
  if (costs.length < 2) return h("p", {}, `Your first edit changed ${percent(costs[0])} of the draft. A curve is drawn from the second on.`);
  const width = matchMedia(NARROW).matches ? 330 : 640;
  const x = (index) => LEFT + (index / (costs.length - 1)) * (width - LEFT - 8);
  const top = Math.max(1, ...costs);
  const y = (share) => HEIGHT - BOTTOM - (share / top) * (HEIGHT - BOTTOM - TOP);
  const means = costs.map((_, index) => mean(costs.slice(Math.max(0, index - WINDOW + 1), index + 1)));
  const lines = [0, 0.5, 1].map((share) => [
    svg("line", { class: "axis", x1: LEFT, x2: width - 8, y1: y(share * top), y2: y(share * top) }),
    svg("text", { x: LEFT - 8, y: y(share * top) + 4, "text-anchor": "end" }, percent(share * top)),
  ]);
  return h("figure.chart", {},
    svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": told(costs, means) },
      ...lines.flat(),
      ...costs.map((cost, index) => svg("circle", { class: "dot", cx: x(index), cy: y(cost), r: 3.5 },
        svg("title", {}, `edit ${index + 1}: ${percent(cost)} of the draft changed`))),
      svg("polyline", { class: "mean", points: means.map((share, index) => `${x(index)},${y(share)}`).join(" ") }),
      svg("text", { x: LEFT, y: HEIGHT - 4 }, "first edit"),
      svg("text", { x: width - 8, y: HEIGHT - 4, "text-anchor": "end" }, "latest")),
    h("figcaption.small.soft", {}, told(costs, means)));
}

function told(costs, means) {
  const first = mean(costs.slice(0, WINDOW));
  return `How much of a draft you changed: ${percent(first)} at first, ${percent(means.at(-1))} lately ` +
    `(${costs.length} edits; the line is the mean of the last ${WINDOW}).`;
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const percent = (share) => `${Math.round(share * 100)} %`;
