/** The picture on its canvas: colour tells the family, line and mark the status. */

import type { Status } from "./data";
import type { Curve } from "./curves";

export interface Theme {
  paper: string;
  ink: string;
  faint: string;
  alarm: string;
}

/** How a status is drawn, on the canvas, in the legend and in print alike. */
export interface Stroke {
  dash: number[];
  width: number;
  opacity: number;
  mark: string;
  what: string;
}

export const STROKES: Record<Status, Stroke> = {
  asserted: { dash: [], width: 1.6, opacity: 1, mark: "", what: "somebody affirms it, nobody denies it" },
  disputed: { dash: [], width: 1.8, opacity: 1, mark: "!", what: "affirmed and denied for the same time" },
  changed: { dash: [14, 3, 3, 3], width: 1.6, opacity: 1, mark: "⇄", what: "affirmed for one time, denied for another" },
  hedged: { dash: [7, 4], width: 1.6, opacity: 1, mark: "?", what: "only said to be possible or probable" },
  denied: { dash: [1.5, 5], width: 1.5, opacity: 1, mark: "×", what: "denied, and affirmed by nobody" },
  prospective: { dash: [3, 6], width: 1.4, opacity: 0.85, mark: "…", what: "only pledged, predicted or supposed" },
};

export interface Line {
  number: number;
  curve: Curve;
  color: string;
  status: Status;
  directed: boolean;
  label: string;
}

export interface Dot {
  number: number;
  x: number;
  y: number;
  radius: number;
  color: string;
  name: string;
  named: boolean;
  value: boolean;
  weight: number;
}

export interface Scene {
  dots: Dot[];
  lines: Line[];
  /** What is chosen or pointed at: all else is drawn faint. Null where nothing is. */
  lit: { nodes: Set<number>; edges: Set<number> } | null;
  chosen: { node: number | null; edge: number | null };
}

export interface View {
  x: number;
  y: number;
  k: number;
  width: number;
  height: number;
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const DIM = 0.18;

export function draw(canvas: CanvasRenderingContext2D, ratio: number, scene: Scene, view: View, theme: Theme): void {
  canvas.setTransform(ratio, 0, 0, ratio, 0, 0);
  canvas.fillStyle = theme.paper;
  canvas.fillRect(0, 0, view.width, view.height);
  const lines = scene.lines.map((line) => placed(line, view)).filter((line) => line !== null);
  const lit = (line: Line) => !scene.lit || scene.lit.edges.has(line.number);
  const taken = new Taken();
  const dots = scene.dots
    .map((dot) => ({ ...dot, x: dot.x * view.k + view.x, y: dot.y * view.k + view.y, radius: onScreen(dot.radius, view.k) }))
    .filter((dot) => dot.x > -40 && dot.y > -40 && dot.x < view.width + 40 && dot.y < view.height + 40);

  if (scene.lit) strokes(canvas, lines.filter((line) => !lit(line)), theme, DIM, false);
  const bright = lines.filter(lit);
  strokes(canvas, bright, theme, 1, bright.length < 1500 || view.k > 0.5);
  const chosen = bright.find((line) => line.number === scene.chosen.edge);
  if (chosen) {
    canvas.globalAlpha = 1;
    canvas.setLineDash([]);
    canvas.lineWidth = 5;
    canvas.strokeStyle = theme.ink;
    canvas.globalAlpha = 0.25;
    path(canvas, chosen.curve);
    canvas.stroke();
    canvas.globalAlpha = 1;
  }
  nodes(canvas, dots, scene, theme);
  const crowded = dots.length > 400;
  if (!crowded) for (const dot of dots) taken.add(dot.x - dot.radius, dot.y - dot.radius, dot.radius * 2, dot.radius * 2);
  if (bright.length < 700) marks(canvas, bright, taken, theme);
  names(canvas, dots, scene, taken, view, theme);
  labels(canvas, bright, scene, taken, theme);
}

export function onScreen(radius: number, k: number): number {
  return Math.min(Math.max(radius * k, 2.2), 22);
}

function placed(line: Line, view: View): Line | null {
  const { k, x, y } = view;
  const [ax, ay, cx, cy, bx, by] = line.curve;
  const curve: Curve = [ax * k + x, ay * k + y, cx * k + x, cy * k + y, bx * k + x, by * k + y];
  const outside =
    Math.max(curve[0], curve[2], curve[4]) < 0 ||
    Math.max(curve[1], curve[3], curve[5]) < 0 ||
    Math.min(curve[0], curve[2], curve[4]) > view.width ||
    Math.min(curve[1], curve[3], curve[5]) > view.height;
  return outside ? null : { ...line, curve };
}

function path(canvas: CanvasRenderingContext2D, curve: Curve): void {
  canvas.beginPath();
  trace(canvas, curve);
}

function trace(canvas: CanvasRenderingContext2D, [ax, ay, cx, cy, bx, by]: Curve): void {
  canvas.moveTo(ax, ay);
  canvas.quadraticCurveTo(cx, cy, bx, by);
}

/** All lines of one colour and status are one path: thousands of strokes cost what a few do. */
function strokes(canvas: CanvasRenderingContext2D, lines: Line[], theme: Theme, opacity: number, heads: boolean): void {
  const groups = grouped(lines);
  const disputed = lines.filter((line) => line.status === "disputed");
  if (disputed.length) {
    canvas.globalAlpha = 0.3 * opacity;
    canvas.strokeStyle = theme.alarm;
    canvas.lineWidth = 7;
    canvas.setLineDash([]);
    canvas.beginPath();
    for (const line of disputed) trace(canvas, line.curve);
    canvas.stroke();
  }
  const thin = lines.length > 1500 ? 0.6 : 1;
  for (const group of groups.values()) {
    const { color, status } = group[0]!;
    const stroke = STROKES[status];
    canvas.globalAlpha = stroke.opacity * opacity * (lines.length > 1500 ? 0.6 : 1);
    canvas.strokeStyle = canvas.fillStyle = color;
    canvas.lineWidth = stroke.width * thin;
    canvas.setLineDash(stroke.dash);
    canvas.beginPath();
    for (const line of group) trace(canvas, line.curve);
    canvas.stroke();
    canvas.setLineDash([]);
    if (!heads) continue;
    canvas.beginPath();
    for (const line of group) if (line.directed) head(canvas, line.curve, status === "denied");
    if (status === "denied") canvas.stroke();
    else canvas.fill();
  }
  canvas.globalAlpha = 1;
}

function key(line: Line): string {
  return line.color + line.status;
}

function grouped(lines: Line[]): Map<string, Line[]> {
  const found = new Map<string, Line[]>();
  for (const line of lines) {
    const group = found.get(key(line));
    if (group) group.push(line);
    else found.set(key(line), [line]);
  }
  return found;
}

/** An arrowhead; where it is denied a bar, which leads nowhere. */
function head(canvas: CanvasRenderingContext2D, curve: Curve, barred: boolean): void {
  const [, , cx, cy, bx, by] = curve;
  const size = Math.min(reach(curve) / 30, 1);
  if (size < 0.25) return;
  const length = Math.hypot(bx - cx, by - cy) || 1;
  const [dx, dy] = [(bx - cx) / length, (by - cy) / length];
  if (barred) {
    canvas.moveTo(bx - dx * 3 - dy * 6, by - dy * 3 + dx * 6);
    canvas.lineTo(bx - dx * 3 + dy * 6, by - dy * 3 - dx * 6);
    return;
  }
  canvas.moveTo(bx, by);
  const [long, wide] = [9 * size, 4 * size];
  canvas.lineTo(bx - dx * long - dy * wide, by - dy * long + dx * wide);
  canvas.lineTo(bx - dx * long + dy * wide, by - dy * long - dx * wide);
  canvas.closePath();
}

function middle([ax, ay, cx, cy, bx, by]: Curve): [number, number] {
  return [(ax + 2 * cx + bx) / 4, (ay + 2 * cy + by) / 4];
}

function reach([ax, ay, , , bx, by]: Curve): number {
  return Math.hypot(bx - ax, by - ay);
}

function marks(canvas: CanvasRenderingContext2D, lines: Line[], taken: Taken, theme: Theme): void {
  canvas.textAlign = "center";
  canvas.textBaseline = "middle";
  canvas.font = `700 11px ${FONT}`;
  for (const line of lines) {
    const { mark } = STROKES[line.status];
    if (!mark || reach(line.curve) < 34) continue;
    const [x, y] = middle(line.curve);
    if (taken.hits(x - 8, y - 8, 16, 16)) continue;
    const loud = line.status === "disputed" || line.status === "denied";
    canvas.beginPath();
    canvas.arc(x, y, 8, 0, 7);
    canvas.fillStyle = line.status === "disputed" ? theme.alarm : theme.paper;
    canvas.fill();
    canvas.lineWidth = 1.5;
    canvas.strokeStyle = loud ? theme.alarm : line.color;
    canvas.stroke();
    canvas.fillStyle = line.status === "disputed" ? "#fff" : loud ? theme.alarm : theme.ink;
    canvas.fillText(mark, x, y + 0.5);
    taken.add(x - 8, y - 8, 16, 16);
  }
}

function nodes(canvas: CanvasRenderingContext2D, dots: Dot[], scene: Scene, theme: Theme): void {
  canvas.setLineDash([]);
  for (const dot of dots) {
    const lit = !scene.lit || scene.lit.nodes.has(dot.number);
    canvas.globalAlpha = lit ? 1 : 0.22;
    canvas.beginPath();
    if (dot.value) canvas.rect(dot.x - dot.radius * 0.8, dot.y - dot.radius * 0.8, dot.radius * 1.6, dot.radius * 1.6);
    else canvas.arc(dot.x, dot.y, dot.radius, 0, 7);
    canvas.fillStyle = dot.named || dot.value ? dot.color : theme.paper;
    canvas.fill();
    canvas.strokeStyle = dot.named ? theme.paper : dot.color;
    canvas.lineWidth = dot.radius < 4 ? 0.8 : 1.8;
    canvas.stroke();
    if (dot.number === scene.chosen.node) {
      canvas.beginPath();
      canvas.arc(dot.x, dot.y, dot.radius + 4, 0, 7);
      canvas.strokeStyle = theme.ink;
      canvas.lineWidth = 2.5;
      canvas.stroke();
    }
  }
  canvas.globalAlpha = 1;
}

/** Names where there is room, those with most relationships first. */
function names(
  canvas: CanvasRenderingContext2D, dots: Dot[], scene: Scene, taken: Taken, view: View, theme: Theme,
): void {
  canvas.textBaseline = "middle";
  canvas.lineJoin = "round";
  canvas.textAlign = "left";
  const rank = (dot: Dot) => (dot.number === scene.chosen.node ? 1e9 : 0) + (scene.lit?.nodes.has(dot.number) ? 1e6 : 0) + dot.weight;
  let left = dots.length > 400 ? 60 : Infinity;
  for (const dot of dots.sort((one, other) => rank(other) - rank(one) || one.number - other.number)) {
    const lit = !scene.lit || scene.lit.nodes.has(dot.number);
    if (!lit) continue;
    if (left <= 0) break;
    const strong = dot.number === scene.chosen.node;
    canvas.font = `${strong ? 700 : 500} ${dot.value ? 11 : 12}px ${FONT}`;
    const text = short(dot.name, 34);
    const width = measured(canvas, text);
    for (const [x, y] of [
      [dot.x + dot.radius + 4, dot.y],
      [dot.x - dot.radius - 4 - width, dot.y],
      [dot.x - width / 2, dot.y + dot.radius + 9],
      [dot.x - width / 2, dot.y - dot.radius - 9],
    ] as const) {
      if (!strong && (x < 0 || x + width > view.width || taken.hits(x, y - 7, width, 14))) continue;
      outlined(canvas, text, x, y, theme.ink, theme.paper);
      taken.add(x - 2, y - 7, width + 4, 14);
      left--;
      break;
    }
  }
}

/** What the relationships are, along their lines, where these are long enough and nothing is in the way. */
function labels(canvas: CanvasRenderingContext2D, lines: Line[], scene: Scene, taken: Taken, theme: Theme): void {
  if (lines.length > 400) return;
  canvas.textAlign = "center";
  canvas.textBaseline = "middle";
  for (const line of lines) {
    const chosen = line.number === scene.chosen.edge;
    canvas.font = `${chosen ? 700 : 400} 10.5px ${FONT}`;
    const width = measured(canvas, line.label);
    if (!chosen && reach(line.curve) < width + 14) continue;
    const places = [0.5, 0.36, 0.64, 0.25, 0.75, ...(chosen ? [0.5] : [])];
    for (const [turn, t] of places.entries()) {
      const [x, y] = at(line.curve, t);
      const down = y + (t === 0.5 && STROKES[line.status].mark ? 16 : 0);
      // What is chosen is told in any case.
      const last = turn === 5;
      if (!last && taken.hits(x - width / 2, down - 7, width, 14)) continue;
      outlined(canvas, line.label, x, down, chosen ? theme.ink : theme.faint, theme.paper);
      taken.add(x - width / 2 - 2, down - 7, width + 4, 14);
      break;
    }
  }
}

function at([ax, ay, cx, cy, bx, by]: Curve, t: number): [number, number] {
  const [a, c, b] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
  return [a * ax + c * cx + b * bx, a * ay + c * cy + b * by];
}

function outlined(
  canvas: CanvasRenderingContext2D, text: string, x: number, y: number, ink: string, paper: string,
): void {
  canvas.lineWidth = 3.5;
  canvas.strokeStyle = paper;
  canvas.strokeText(text, x, y);
  canvas.fillStyle = ink;
  canvas.fillText(text, x, y);
}

const segmenter = new Intl.Segmenter();

export function short(text: string, most: number): string {
  if (text.length <= most) return text;
  const letters = [...segmenter.segment(text)].map((one) => one.segment);
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
}

const widths = new Map<string, number>();

function measured(canvas: CanvasRenderingContext2D, text: string): number {
  const key = canvas.font + text;
  let width = widths.get(key);
  if (width === undefined) widths.set(key, (width = canvas.measureText(text).width));
  return width;
}

/** Rectangles that are taken, found by the squares of a grid they lie in. */
class Taken {
  private readonly cells = new Map<number, [number, number, number, number][]>();

  add(x: number, y: number, width: number, height: number): void {
    for (const cell of this.around(x, y, width, height)) {
      const there = this.cells.get(cell);
      if (there) there.push([x, y, x + width, y + height]);
      else this.cells.set(cell, [[x, y, x + width, y + height]]);
    }
  }

  hits(x: number, y: number, width: number, height: number): boolean {
    for (const cell of this.around(x, y, width, height)) {
      for (const [left, top, right, bottom] of this.cells.get(cell) ?? []) {
        if (left < x + width && x < right && top < y + height && y < bottom) return true;
      }
    }
    return false;
  }

  private *around(x: number, y: number, width: number, height: number): Iterable<number> {
    for (let row = Math.floor(y / 64); row <= Math.floor((y + height) / 64); row++) {
      for (let column = Math.floor(x / 64); column <= Math.floor((x + width) / 64); column++) {
        yield row * 65_536 + column;
      }
    }
  }
}
