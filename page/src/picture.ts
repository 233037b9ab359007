/** The canvas: what is drawn, moved, zoomed, pointed at and chosen. */

import { quadtree, type Quadtree } from "d3-quadtree";
import { select } from "d3-selection";
import { zoom, zoomIdentity, type ZoomBehavior, type ZoomTransform } from "d3-zoom";
import { bows, curve, distance } from "./curves";
import type { Graph } from "./data";
import { draw, onScreen, type Dot, type Line, type Scene, type Theme } from "./drawing";
import { settle, type Layout } from "./layout";
import { groups, radii } from "./overlay";
import type { Shown } from "./scope";

export type Choice = { node: number } | { edge: number } | null;

/** Colours for what the ontology gives none. */
const GREY = "#7a7a7a";

/** In pixels of the page, and how many of its own each has. */
const PAPER = {
  width: 900,
  ratio: 3,
  theme: { paper: "#ffffff", ink: "#000000", faint: "#444444", alarm: "#c00000" },
};

export class Picture {
  private readonly context: CanvasRenderingContext2D;
  private readonly layout: Layout;
  private readonly zoom: ZoomBehavior<HTMLCanvasElement, unknown>;
  private transform: ZoomTransform = zoomIdentity;
  private shown: Shown;
  private dots: Dot[] = [];
  private lines: Line[] = [];
  private tree: Quadtree<Dot> = quadtree<Dot>();
  private hovered: Choice = null;
  private choice: Choice = null;
  private waiting = 0;
  private settling = 0;
  private placed = false;
  private readonly radii: number[];
  private readonly colors: ReturnType<typeof groups>;
  private ratio = window.devicePixelRatio || 1;
  private size = { width: 0, height: 0 };

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly paper: HTMLCanvasElement,
    private readonly graph: Graph,
    shown: Shown,
    private readonly chosen: (choice: Choice) => void,
    private readonly progress: (part: number) => void,
  ) {
    this.context = canvas.getContext("2d", { alpha: false })!;
    this.shown = shown;
    this.radii = radii(graph, shown.degree);
    this.colors = groups(graph.overlay);
    this.layout = { x: new Float64Array(graph.nodes.length), y: new Float64Array(graph.nodes.length) };
    this.zoom = zoom<HTMLCanvasElement, unknown>()
      .scaleExtent([0.02, 8])
      .on("zoom", (event: { transform: ZoomTransform }) => {
        this.transform = event.transform;
        this.redraw();
      });
    select(canvas).call(this.zoom).on("dblclick.zoom", null);
    canvas.addEventListener("click", (event) => this.chosen(this.under(event)));
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons) return;
      const found = this.under(event);
      canvas.style.cursor = found ? "pointer" : "grab";
      if (JSON.stringify(found) === JSON.stringify(this.hovered)) return;
      this.hovered = found;
      this.redraw();
    });
    canvas.addEventListener("pointerleave", () => {
      this.hovered = null;
      this.redraw();
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.resize()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    window.addEventListener("beforeprint", () => this.print());
    this.resize();
  }

  /** Take other filters' outcome. What stood somewhere stays there. */
  show(shown: Shown): void {
    this.shown = shown;
    this.gather();
    this.redraw();
  }

  choose(choice: Choice, go = false): void {
    this.choice = choice;
    this.hovered = null;
    if (go && choice) this.go(choice);
    this.redraw();
  }

  /** Lay out what is shown anew, and fit it into the window. */
  async arrange(): Promise<void> {
    const turn = ++this.settling;
    const { relationships } = this.graph;
    const links = relationships
      .filter((_, number) => this.shown.counts[number])
      .map(({ subject, object }): [number, number] => [subject, object]);
    const { nodes, degree } = this.shown;
    this.progress(0);
    const done = await settle(
      this.layout, nodes, degree, links, (node) => this.radii[node]!,
      (part) => {
        this.gather();
        this.fit();
        this.progress(part);
      },
      () => turn !== this.settling,
    );
    if (!done) return;
    this.placed = true;
    this.gather();
    this.fit();
    this.progress(1);
  }

  fit(): void {
    if (!this.dots.length) return this.redraw();
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { x, y } of this.dots) {
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
    const { clientWidth: width, clientHeight: height } = this.canvas;
    // Names stand beside the outermost nodes.
    const room = Math.min(this.dots.length > 400 ? 50 : 130, width / 5);
    const k = Math.min((width - 2 * room) / (right - left + 1), (height - 80) / (bottom - top + 1), 1.6);
    const at = zoomIdentity.translate(width / 2 - ((left + right) / 2) * k, height / 2 - ((top + bottom) / 2) * k).scale(k);
    select(this.canvas).call(this.zoom.transform, at);
  }

  scale(by: number): void {
    select(this.canvas).call(this.zoom.scaleBy, by);
  }

  /** Where a node, or the middle of a relationship, is in the window; null where it is not drawn. */
  at(choice: Exclude<Choice, null>): { x: number; y: number } | null {
    const box = this.canvas.getBoundingClientRect();
    let point: [number, number] | null = null;
    if ("node" in choice) {
      const dot = this.dots.find((one) => one.number === choice.node);
      if (dot) point = [dot.x, dot.y];
    } else {
      const line = this.lines.find((one) => one.number === choice.edge);
      if (line) {
        const [ax, ay, cx, cy, bx, by] = line.curve;
        point = [(ax + 2 * cx + bx) / 4, (ay + 2 * cy + by) / 4];
      }
    }
    if (!point) return null;
    const [x, y] = this.transform.apply(point);
    return { x: x + box.x, y: y + box.y };
  }

  get settled(): boolean {
    return this.placed;
  }

  /** Draw at once; how many milliseconds that takes. */
  paint(): number {
    const begun = performance.now();
    draw(this.context, this.ratio, this.scene(), { ...this.view() }, this.theme());
    return performance.now() - begun;
  }

  private go(choice: Exclude<Choice, null>): void {
    const { x, y } = this.layout;
    let point: [number, number];
    if ("node" in choice) point = [x[choice.node]!, y[choice.node]!];
    else {
      const { subject, object } = this.graph.relationships[choice.edge]!;
      point = [(x[subject]! + x[object]!) / 2, (y[subject]! + y[object]!) / 2];
    }
    const [sx, sy] = this.transform.apply(point);
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const inside = sx > 60 && sy > 40 && sx < width - 60 && sy < height - 40;
    if (inside && this.transform.k > 0.45) return;
    const surface = select(this.canvas);
    if (this.transform.k < 0.7) surface.call(this.zoom.scaleTo, 0.9);
    surface.call(this.zoom.translateTo, point[0], point[1]);
  }

  private gather(): void {
    const { graph, shown, layout } = this;
    this.dots = [];
    graph.nodes.forEach((node, number) => {
      if (!shown.nodes[number]) return;
      this.dots.push({
        number,
        x: layout.x[number]!,
        y: layout.y[number]!,
        radius: this.radii[number]!,
        color: this.colors.size
          ? this.colors.get(graph.overlay!.groups![number] ?? "")?.color ?? GREY
          : graph.types[node.types[0]!]?.color || GREY,
        name: node.name,
        named: !!node.named,
        value: !!node.value,
        weight: shown.degree[number]!,
      });
    });
    const colors = new Map(graph.families.map((family) => [family.name, family.color || GREY]));
    const out = bows(graph.relationships, (number) => !!shown.counts[number]);
    this.lines = [];
    graph.relationships.forEach((edge, number) => {
      const counts = shown.counts[number];
      if (!counts) return;
      const relation = graph.relations[edge.relation]!;
      this.lines.push({
        number,
        curve: curve(edge, out[number]!, layout, (node) => this.radii[node]!),
        color: colors.get(relation.family)!,
        status: counts.status,
        directed: !relation.symmetric,
        label: counts.status === "asserted" ? relation.label : `${counts.status}: ${relation.label}`,
      });
    });
    this.tree = quadtree<Dot>().x((dot) => dot.x).y((dot) => dot.y).addAll(this.dots);
  }

  private scene(): Scene {
    const chosen = {
      node: this.choice && "node" in this.choice ? this.choice.node : null,
      edge: this.choice && "edge" in this.choice ? this.choice.edge : null,
    };
    const around = this.choice ?? this.hovered;
    const told = this.graph.overlay?.told;
    if (!around && !told) return { dots: this.dots, lines: this.lines, lit: null, chosen };
    const nodes = new Set<number>();
    const edges = new Set<number>();
    const add = (edge: number) => {
      const { subject, object } = this.graph.relationships[edge]!;
      edges.add(edge);
      nodes.add(subject).add(object);
    };
    if (!around) {
      for (const edge of Object.keys(told!).map(Number)) if (this.shown.counts[edge]) add(edge);
      for (const node of Object.keys(this.graph.overlay!.values ?? {}).map(Number)) nodes.add(node);
    }
    for (const one of [around, this.hovered]) {
      if (!one) continue;
      if ("edge" in one) {
        if (this.shown.counts[one.edge]) add(one.edge);
        continue;
      }
      nodes.add(one.node);
      for (const { number } of this.lines) {
        const { subject, object } = this.graph.relationships[number]!;
        if (subject === one.node || object === one.node) add(number);
      }
    }
    return { dots: this.dots, lines: this.lines, lit: { nodes, edges }, chosen };
  }

  private under(event: MouseEvent): Choice {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = this.transform.invert([event.clientX - box.x, event.clientY - box.y]);
    const { k } = this.transform;
    const dot = this.tree.find(x, y, 26 / k);
    if (dot && Math.hypot(dot.x - x, dot.y - y) * k <= onScreen(dot.radius, k) + 3) return { node: dot.number };
    let best: Choice = null;
    let nearest = (7 / k) ** 2;
    for (const line of this.lines) {
      const [ax, ay, cx, cy, bx, by] = line.curve;
      const reach = 7 / k;
      if (x < Math.min(ax, cx, bx) - reach || x > Math.max(ax, cx, bx) + reach) continue;
      if (y < Math.min(ay, cy, by) - reach || y > Math.max(ay, cy, by) + reach) continue;
      const far = distance(line.curve, x, y);
      if (far < nearest) [best, nearest] = [{ edge: line.number }, far];
    }
    return best;
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const surface = select(this.canvas);
    const step = 60 / this.transform.k;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => surface.call(this.zoom.translateBy, step, 0),
      ArrowRight: () => surface.call(this.zoom.translateBy, -step, 0),
      ArrowUp: () => surface.call(this.zoom.translateBy, 0, step),
      ArrowDown: () => surface.call(this.zoom.translateBy, 0, -step),
      "+": () => this.scale(1.3),
      "=": () => this.scale(1.3),
      "-": () => this.scale(1 / 1.3),
      "0": () => this.fit(),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }

  private view() {
    const { x, y, k } = this.transform;
    return { x, y, k, ...this.size };
  }

  private theme(): Theme {
    const style = getComputedStyle(this.canvas);
    const color = (name: string) => style.getPropertyValue(name).trim();
    return { paper: color("--paper"), ink: color("--ink"), faint: color("--faint"), alarm: color("--alarm") };
  }

  /** Draw what the window shows once more, for paper: on white, finely, whatever the window's size and colours. */
  private print(): void {
    const { x, y, k, width, height } = this.view();
    if (!width || !height) return;
    const by = PAPER.width / width;
    const view = { x: x * by, y: y * by, k: k * by, width: PAPER.width, height: Math.round(height * by) };
    this.paper.width = view.width * PAPER.ratio;
    this.paper.height = view.height * PAPER.ratio;
    draw(this.paper.getContext("2d", { alpha: false })!, PAPER.ratio, this.scene(), view, PAPER.theme);
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    // Hidden, as on paper: what was seen last is what is shown.
    if (!width || !height) return;
    this.size = { width, height };
    this.ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    this.paint();
  }

  redraw(): void {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
    });
  }
}
