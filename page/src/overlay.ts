/** How what an analysis found is seen: groups have colours, values sizes; kg/exports/overlay.py has the same for paper. */

import type { Graph, Overlay } from "./data";

/** Told apart by most eyes, also those that see no red; what comes after these is grey. */
const COLORS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8A6D3B", "#7B5EA7", "#B8A800", "#C0504D"];
const REST = "#9a9a9a";

/** The groups, the largest first, each with its colour and how many are in it. */
export function groups(overlay: Overlay | undefined): Map<string, { color: string; count: number }> {
  const counts = new Map<string, number>();
  for (const group of Object.values(overlay?.groups ?? {})) counts.set(group, (counts.get(group) ?? 0) + 1);
  const order = [...counts].sort(([a, one], [b, other]) => other - one || a.length - b.length || (a < b ? -1 : 1));
  return new Map(order.map(([group, count], place) => [group, { color: COLORS[place] ?? REST, count }]));
}

/** Radii by node: by value where there are values, else by how many relationships it has. */
export function radii(graph: Graph, degree: readonly number[]): number[] {
  const values = graph.overlay?.values;
  if (!values) return degree.map((one) => Math.min(5 + 1.7 * Math.sqrt(one), 20));
  const most = Math.max(...Object.values(values), 0) || 1;
  return degree.map((_, node) => 4 + 20 * Math.sqrt(Math.max(values[node] ?? 0, 0) / most));
}
