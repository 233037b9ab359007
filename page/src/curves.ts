/** Lines between nodes: straight where there is one, fanned out where there are several, a loop at a node of its own. */

import type { Relationship } from "./data";
import type { Layout } from "./layout";

/** Start, control and end of a quadratic curve. */
export type Curve = [number, number, number, number, number, number];

const APART = 26;

/** For each relationship that is shown, how far it bows out: 0 is straight; of the same two ends each has its own. */
export function bows(edges: readonly Relationship[], shown: (edge: number) => boolean): Float64Array {
  const between = new Map<string, number[]>();
  edges.forEach(({ subject, object }, number) => {
    if (!shown(number)) return;
    const key = subject < object ? `${subject} ${object}` : `${object} ${subject}`;
    const there = between.get(key);
    if (there) there.push(number);
    else between.set(key, [number]);
  });
  const found = new Float64Array(edges.length);
  for (const numbers of between.values()) {
    const { subject, object } = edges[numbers[0]!]!;
    const gap = Math.min(APART, 160 / numbers.length);
    numbers.forEach((number, place) => {
      found[number] = subject === object ? place + 1 : (place - (numbers.length - 1) / 2) * gap;
    });
  }
  return found;
}

export function curve(edge: Relationship, bow: number, layout: Layout, radius: (node: number) => number): Curve {
  const { subject, object } = edge;
  const [ax, ay, bx, by] = [layout.x[subject]!, layout.y[subject]!, layout.x[object]!, layout.y[object]!];
  if (subject === object) {
    const size = radius(subject) + 16 * bow;
    return [ax - radius(subject) * 0.7, ay - radius(subject) * 0.7, ax, ay - 3 * size, ax + radius(subject) * 0.7, ay - radius(subject) * 0.7];
  }
  // The way out is always told from the same end, so that two opposite relationships do not lie on each other.
  const turned = subject < object ? 1 : -1;
  const length = Math.hypot(bx - ax, by - ay) || 1;
  const [nx, ny] = [(-(by - ay) / length) * turned, ((bx - ax) / length) * turned];
  const [cx, cy] = [(ax + bx) / 2 + nx * bow * 2, (ay + by) / 2 + ny * bow * 2];
  return [...shortened(cx, cy, ax, ay, radius(subject)), cx, cy, ...shortened(cx, cy, bx, by, radius(object))];
}

/** The end of a line, moved from a node's middle to its rim. */
function shortened(cx: number, cy: number, x: number, y: number, by: number): [number, number] {
  const length = Math.hypot(x - cx, y - cy);
  const part = length ? Math.min(by + 1, length * 0.9) / length : 0;
  return [x + (cx - x) * part, y + (cy - y) * part];
}

/** The square of how far a point is from a curve. */
export function distance(curve: Curve, x: number, y: number): number {
  const [ax, ay, cx, cy, bx, by] = curve;
  let best = Infinity;
  let [px, py] = [ax, ay];
  for (let step = 1; step <= 10; step++) {
    const t = step / 10;
    const [a, c, b] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
    const [qx, qy] = [a * ax + c * cx + b * bx, a * ay + c * cy + b * by];
    const [dx, dy] = [qx - px, qy - py];
    const along = Math.max(0, Math.min(1, ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy || 1)));
    best = Math.min(best, (px + along * dx - x) ** 2 + (py + along * dy - y) ** 2);
    [px, py] = [qx, qy];
  }
  return best;
}
