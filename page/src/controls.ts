/** Search and filters; the filters are the legend too. */

import type { Graph } from "./data";
import { byId, h, plural, words } from "./dom";
import { STROKES } from "./drawing";
import { groups } from "./overlay";
import type { Choice } from "./picture";
import { days, STATUSES, type Filters, type Shown } from "./scope";
import type { Names } from "./search";

export function everything(graph: Graph): Filters {
  return {
    families: new Set(graph.families.map((family) => family.name)),
    statuses: new Set(STATUSES),
    publishers: null,
    time: null,
    speakers: 0,
    unnamed: true,
    values: true,
    isolated: false,
  };
}

/** Builds the filters; `changed` hears of every change. Returns what tells the numbers of what is shown. */
export function filters(graph: Graph, current: Filters, changed: () => void): (shown: Shown) => void {
  const tallies: [HTMLElement, (shown: Shown) => number][] = [];
  const tally = (of: (shown: Shown) => number) => {
    const place = h("span", { class: "tally" });
    tallies.push([place, of]);
    return place;
  };
  const each = (shown: Shown, fits: (relationship: number) => boolean) =>
    shown.counts.reduce((sum, counts, number) => sum + (counts && fits(number) ? 1 : 0), 0);

  byId("families").append(...graph.families.map((family) =>
    box(family.label, sample(family.color, [], 3), (on) => toggle(current.families, family.name, on),
      tally((shown) => each(shown, (number) => graph.relations[graph.relationships[number]!.relation]!.family === family.name)))));
  byId("statuses").append(...STATUSES.map((status) => {
    const { dash, width, mark, what } = STROKES[status];
    return box(status, sample("currentColor", dash, width, mark, status), (on) => toggle(current.statuses, status, on),
      tally((shown) => each(shown, (number) => shown.counts[number]!.status === status)), what);
  }));
  const publishers = [...new Set(graph.articles.map((article) => article.publisher ?? ""))].sort();
  const chosen = new Set(publishers);
  byId("publishers").append(...publishers.map((publisher) =>
    box(publisher || "unknown", null, (on) => {
      toggle(chosen, publisher, on);
      current.publishers = chosen.size === publishers.length ? null : chosen;
    })));
  byId("kinds").append(...kinds(graph));

  const speakers = byId<HTMLInputElement>("speakers");
  speakers.addEventListener("input", () => {
    current.speakers = Math.max(0, Math.floor(Number(speakers.value)) || 0);
    changed();
  });
  const [from, to] = [byId<HTMLInputElement>("from"), byId<HTMLInputElement>("to")];
  for (const input of [from, to]) {
    input.addEventListener("input", () => {
      const [first, last] = [from, to].map((one) => {
        const found = days(one.value);
        one.setAttribute("aria-invalid", String(!found && !!one.value.trim()));
        return found;
      });
      const time: Filters["time"] = first || last ? [first?.[0] ?? -1e7, last?.[1] ?? 1e7] : null;
      if (String(time) === String(current.time)) return;
      current.time = time;
      changed();
    });
  }
  for (const [id, key] of [["unnamed", "unnamed"], ["values", "values"], ["isolated", "isolated"]] as const) {
    const input = byId<HTMLInputElement>(id);
    const hides = id !== "isolated";
    input.addEventListener("change", () => {
      current[key] = hides ? !input.checked : input.checked;
      changed();
    });
  }

  function box(label: string, picture: Element | null, set: (on: boolean) => void, count?: HTMLElement, title?: string) {
    const input = h("input", { type: "checkbox", checked: true, change: () => { set(input.checked); changed(); } });
    return h("label", { title }, input, picture, words(label), count);
  }

  return (shown) => {
    for (const [place, of] of tallies) place.textContent = of(shown).toLocaleString("en");
    byId("shown").textContent =
      `${plural(shown.nodeCount, "node")}, ${plural(shown.relationships, "relationship")}, ${plural(shown.claimCount, "claim")} shown` +
      (shown.undated ? `; ${plural(shown.undated, "undated claim")} said outside the time left out` : "");
  };
}

function toggle<Value>(set: Set<Value>, value: Value, on: boolean): void {
  if (on) set.add(value);
  else set.delete(value);
}

/** What the colours of nodes mean: the groups of an analysis, else their types. */
function kinds(graph: Graph): HTMLElement[] {
  const found = groups(graph.overlay);
  if (found.size) {
    byId("kinds-title").textContent = graph.overlay!.title;
    return [...found].slice(0, 30).map(([group, { color, count }]) => kind(`${group} (${count.toLocaleString("en")})`, color));
  }
  if (graph.overlay) byId("kinds").after(h("p", { class: "hint" }, `size: ${graph.overlay.title}`));
  const used = new Map<string, string>();
  for (const node of graph.nodes) {
    const type = graph.types[node.types[0]!];
    if (type && !used.has(type.label)) used.set(type.label, type.color);
  }
  return [...used].sort(([one], [other]) => (one < other ? -1 : 1)).map(([label, color]) => kind(label, color));
}

function kind(label: string, color: string): HTMLElement {
  const dot = svg("svg", { viewBox: "0 0 12 12", class: "dot", "aria-hidden": "true" });
  dot.append(svg("circle", { cx: "6", cy: "6", r: "5", fill: color || "#7a7a7a" }));
  return h("span", { class: "kind" }, dot, words(label));
}

/** A piece of line as it is drawn in the picture. */
function sample(color: string, dash: number[], width: number, mark = "", status = ""): SVGElement {
  const picture = svg("svg", { viewBox: "0 0 44 16", class: `sample ${status}`, "aria-hidden": "true" });
  if (status === "disputed") picture.append(svg("line", { x1: "1", y1: "8", x2: "43", y2: "8", class: "halo" }));
  picture.append(svg("line", { x1: "1", y1: "8", x2: "43", y2: "8", stroke: color, "stroke-width": String(width), "stroke-dasharray": dash.join(" ") }));
  if (mark) {
    picture.append(svg("circle", { cx: "22", cy: "8", r: "7", class: "badge" }));
    const text = svg("text", { x: "22", y: "11.5", "text-anchor": "middle" });
    text.textContent = mark;
    picture.append(text);
  }
  return picture;
}

function svg(name: string, attributes: Record<string, string>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** The search field, as a combobox: arrows go through what is found, Enter chooses it. */
export function search(
  graph: Graph, names: Names, weight: (node: number) => number, choose: (choice: Choice) => void,
): void {
  const input = byId<HTMLInputElement>("search");
  const list = byId("found");
  let at = -1;
  const options = () => [...list.querySelectorAll<HTMLElement>("[role=option]")];
  const close = () => {
    list.replaceChildren();
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (to: number) => {
    const all = options();
    at = all.length ? (to + all.length) % all.length : -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", all[at]!.id);
      all[at]!.scrollIntoView({ block: "nearest" });
    }
  };
  input.addEventListener("input", () => {
    const found = names.find(input.value, 20, weight);
    if (!input.value.trim()) return close();
    list.replaceChildren(...found.map(({ node, by }, place) =>
      h("li", { role: "option", id: `found-${place}`, "aria-selected": "false", pointerdown: (event) => { event.preventDefault(); take(node); } },
        words(graph.nodes[node]!.name), by ? h("span", { class: "by" }, " ", words(by)) : null,
        h("span", { class: "tally" }, String(weight(node))))));
    if (!found.length) list.append(h("li", { class: "hint" }, "Nothing is called so"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(0);
    take = (node: number) => {
      close();
      choose({ node });
    };
    pick = () => {
      if (at >= 0) take(found[at]!.node);
    };
  });
  let take: (node: number) => void = () => {};
  let pick = () => {};
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if (event.key === "Enter") pick();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener("blur", close);
}
