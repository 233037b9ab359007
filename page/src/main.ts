/** Reads the graph out of the page and brings picture, filters, search and panel together. */

import { everything, filters, search } from "./controls";
import { read } from "./data";
import { byId } from "./dom";
import { Panel } from "./panel";
import { Picture, type Choice } from "./picture";
import { Scope } from "./scope";
import { Names } from "./search";

const graph = read();
const scope = new Scope(graph);
const current = everything(graph);
let shown = scope.shown(current);
let choice: Choice = null;
const trail: Choice[] = [];

const panel = new Panel(byId("panel"), graph, (to) => choose(to, true));
const progress = byId<HTMLProgressElement>("progress");
const picture = new Picture(byId<HTMLCanvasElement>("picture"), byId<HTMLCanvasElement>("paper"), graph, shown, (to) => choose(to), (part) => {
  progress.hidden = part >= 1;
  progress.value = part;
});

function choose(to: Choice, go = false): void {
  if (choice) trail.push(choice);
  take(to, go);
}

function take(to: Choice, go: boolean): void {
  choice = to;
  panel.show(to, shown);
  // The panel may take more room now, which moves the picture's middle.
  document.body.classList.toggle("choosing", to !== null);
  picture.choose(to, go);
  // What was pressed is gone with what the panel showed before.
  if (go) byId("panel").focus({ preventScroll: true });
}

const tell = filters(graph, current, () => {
  shown = scope.shown(current);
  tell(shown);
  picture.show(shown);
  panel.show(choice, shown);
});

search(graph, new Names(graph.nodes), (node) => shown.degree[node]!, (to) => choose(to, true));
byId("nearer").addEventListener("click", () => picture.scale(1.4));
byId("farther").addEventListener("click", () => picture.scale(1 / 1.4));
byId("fit").addEventListener("click", () => picture.fit());
byId("arrange").addEventListener("click", () => void picture.arrange());
byId("theme").addEventListener("click", () => {
  const dark = getComputedStyle(document.documentElement).colorScheme.startsWith("dark");
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  picture.redraw();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement;
  if (event.key === "/" && !typing) {
    event.preventDefault();
    byId("search").focus();
  } else if (event.key === "Escape") {
    take(null, false);
  } else if (event.key === "Backspace" && !typing && trail.length) {
    take(trail.pop()!, true);
  }
});

tell(shown);
panel.show(null, shown);
void picture.arrange().then(() => {
  performance.mark("ready");
  document.documentElement.setAttribute("data-ready", "");
});

// For those who script the page, and for its tests.
Object.assign(window, { attest: { graph, picture, choose, shown: () => shown } });
