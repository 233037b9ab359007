/** What is known of the node or relationship that was chosen, its claims side by side. */

import type { Counts } from "./counting";
import type { Claim, Graph, Ref } from "./data";
import { h, plural, words } from "./dom";
import { STROKES } from "./drawing";
import type { Choice } from "./picture";
import type { Shown } from "./scope";

const MANY = 100;

const STANDINGS = { affirmed: "affirmed", hedged: "hedged", denied: "denied", notActual: "not actual" } as const;

export class Panel {
  constructor(
    private readonly place: HTMLElement,
    private readonly graph: Graph,
    private readonly choose: (choice: Choice) => void,
  ) {}

  show(choice: Choice, shown: Shown): void {
    const content =
      choice === null ? this.overview(shown) : "node" in choice ? this.node(choice.node, shown) : this.edge(choice.edge, shown);
    this.place.replaceChildren(...content);
    this.place.scrollTop = 0;
  }

  private overview(shown: Shown): HTMLElement[] {
    const numbers = this.graph.relationships.map((_, number) => number).filter((number) => shown.counts[number]);
    const order = ["disputed", "changed", "denied", "hedged", "asserted", "prospective"];
    const rank = (number: number) => order.indexOf(shown.counts[number]!.status);
    numbers.sort((one, other) => rank(one) - rank(other) || shown.claims[other]!.length - shown.claims[one]!.length || one - other);
    return [
      h("h2", {}, "Relationships shown"),
      h("p", { class: "hint" }, numbers.length
        ? "What is contested comes first. Choose a line or a node for what is said, by whom, and where."
        : this.graph.relationships.length ? "The filters let nothing through." : "There is none in this picture."),
      this.list(numbers, shown, null),
    ];
  }

  private node(number: number, shown: Shown): HTMLElement[] {
    const node = this.graph.nodes[number]!;
    const numbers = this.graph.relationships
      .map((_, edge) => edge)
      .filter((edge) => {
        const { subject, object } = this.graph.relationships[edge]!;
        return shown.counts[edge] && (subject === number || object === number);
      });
    numbers.sort((one, other) => shown.claims[other]!.length - shown.claims[one]!.length || one - other);
    const kinds = node.types.map((type) => this.graph.types[type]?.label ?? type).join(", ");
    return [
      this.back(),
      h("h2", {}, words(node.name)),
      h("p", { class: "kinds" }, kinds, !node.named && !node.value ? h("span", { class: "tag" }, "unnamed") : null),
      this.facts([
        ...this.measured(number),
        ["Also called", node.aliases],
        ["Identifiers", node.identifiers],
        ["Id", [node.id]],
      ]),
      h("h3", {}, numbers.length ? plural(numbers.length, "relationship") : "No relationship is shown"),
      this.list(numbers, shown, number),
    ];
  }

  private measured(node: number): [string, string[] | undefined][] {
    const { overlay } = this.graph;
    const value = overlay?.values?.[node];
    const group = overlay?.groups?.[node];
    const known = [value === undefined ? "" : value.toPrecision(3), group ?? ""].filter(Boolean);
    return [[overlay?.title ?? "", known.length ? known : undefined]];
  }

  private edge(number: number, shown: Shown): HTMLElement[] {
    const edge = this.graph.relationships[number]!;
    const relation = this.graph.relations[edge.relation]!;
    const counts = shown.counts[number];
    const claims = shown.claims[number]!;
    const end = (node: number) =>
      h("button", { class: "link", type: "button", click: () => this.choose({ node }) }, words(this.graph.nodes[node]!.name));
    const elements = [
      this.back(),
      h("h2", { class: "sentence" }, end(edge.subject), " ", h("em", {}, relation.label), " ", end(edge.object),
        edge.place ? h("span", {}, " in ", words(edge.place)) : null),
    ];
    if (counts) elements.push(this.standing(counts));
    else elements.push(h("p", { class: "hint" }, "The filters leave this out."));
    const said = (claim: Claim) => claim.said ?? "";
    const sides: [string, Claim[]][] = [
      ["Affirmed", claims.filter((claim) => claim.standing === "affirmed" || claim.standing === "hedged")],
      ["Denied", claims.filter((claim) => claim.standing === "denied")],
      ["Pledged, predicted or supposed", claims.filter((claim) => claim.standing === "notActual")],
    ];
    const columns = sides
      .filter(([, some]) => some.length)
      .map(([title, some]) =>
        h("section", { class: "side" },
          h("h3", {}, `${title} (${some.length.toLocaleString("en")})`),
          this.more([...some].sort((one, other) => (said(one) < said(other) ? -1 : said(one) > said(other) ? 1 : 0)), (claim) => this.claim(claim)),
        ),
      );
    elements.push(h("div", { class: `sides of-${columns.length}` }, ...columns));
    return elements;
  }

  private standing(counts: Counts): HTMLElement {
    const by: string[] = [];
    const affirming = [
      counts.speakers ? plural(counts.speakers, "independent source") : "",
      counts.unnamed ? plural(counts.unnamed, "unnamed source") : "",
    ].filter(Boolean);
    if (affirming.length) by.push(`said so by ${affirming.join(" and ")}`);
    if (counts.deniers) by.push(`denied by ${plural(counts.deniers, "independent source")}`);
    return h("p", {},
      h("span", { class: `status ${counts.status}` }, counts.status), " ",
      STROKES[counts.status].what, by.length ? `: ${by.join(", ")}.` : ".");
  }

  private claim(claim: Claim): HTMLElement {
    const article = this.graph.articles[claim.article]!;
    const speakers = claim.speakers ?? [];
    const who = speakers.length
      ? speakers.flatMap((speaker, place) => [place ? ", as told by " : "", this.ref(speaker)])
      : [h("span", { class: "voice" }, "the article itself")];
    const text = claim.text.map((part, place) => (place % 2 ? h("mark", {}, part) : part));
    const paper = [article.publisher, article.origin && article.origin !== article.publisher ? `from ${article.origin}` : ""]
      .filter(Boolean).join(", ");
    const title = article.url && /^https?:\/\//i.test(article.url)
      ? h("a", { href: article.url, rel: "noopener noreferrer", target: "_blank" }, words(article.title))
      : words(article.title);
    return h("li", { class: `claim ${claim.standing}` },
      h("p", { class: "who" },
        h("span", { class: `tag ${claim.standing}` }, STANDINGS[claim.standing]),
        ...[claim.certainty, claim.modality, claim.implied ? "implied" : ""].map((one) => (one ? h("span", { class: "tag" }, one) : null)),
        " ", ...who.reverse()),
      h("blockquote", { dir: "auto" }, ...text),
      h("p", { class: "source" }, title, paper ? h("span", {}, " · ", words(paper)) : null,
        article.published ? ` · ${article.published}` : ""),
      this.facts([
        ["Said", claim.said && claim.said !== article.published ? [claim.said] : undefined],
        ["Held", held(claim)],
        ["In words", claim.words ? [claim.words] : undefined],
        ["Figure", claim.quantity ? [claim.quantity] : undefined],
        ["As", claim.role ? [claim.role] : undefined],
        ["Place", claim.place && [claim.place.name]],
        ["Event", claim.event && [claim.event.name]],
        ["About", claim.about && [claim.about.name]],
        ["With", claim.instrument && [claim.instrument.name]],
        ["Claim", [claim.id]],
      ]));
  }

  private ref({ name, node, unnamed }: Ref): HTMLElement {
    const label = words(name);
    const tag = unnamed ? h("span", {}, " ", h("span", { class: "tag" }, "unnamed")) : null;
    if (node === undefined) return h("span", { class: "speaker" }, label, tag);
    return h("span", { class: "speaker" },
      h("button", { class: "link", type: "button", click: () => this.choose({ node }) }, label), tag);
  }

  /** Relationships as buttons: of a node, told from its side. */
  private list(numbers: number[], shown: Shown, node: number | null): HTMLElement {
    return this.more(numbers, (number) => {
      const { subject, object, relation, place } = this.graph.relationships[number]!;
      const { label, inverse } = this.graph.relations[relation]!;
      const counts = shown.counts[number]!;
      const name = (one: number) => words(this.graph.nodes[one]!.name);
      const told = node === null
        ? [name(subject), ` ${label} `, name(object)]
        : subject === node ? [`${label} `, name(object)] : [`${inverse} `, name(subject)];
      return h("li", {},
        h("button", { class: "relationship", type: "button", click: () => this.choose({ edge: number }) },
          h("span", { class: `status ${counts.status}` }, counts.status), " ", ...told, place ? h("span", {}, " in ", words(place)) : null,
          h("span", { class: "count" }, plural(shown.claims[number]!.length, "claim"))));
    });
  }

  /** The first of many, and a way to the rest: thousands of entries at once would stop the page. */
  private more<Item>(items: Item[], entry: (item: Item) => HTMLElement): HTMLElement {
    const list = h("ul", { class: "entries" });
    let at = 0;
    const add = () => {
      button?.remove();
      const first = items.slice(at, at + MANY).map(entry);
      list.append(...first);
      at += MANY;
      if (at < items.length) {
        button = h("li", {}, h("button", { type: "button", click: () => { const next = list.children.length - 1; add(); (list.children[next]?.querySelector("button, a") as HTMLElement | null)?.focus(); } },
          `Show more (${(items.length - at).toLocaleString("en")} left)`));
        list.append(button);
      }
    };
    let button: HTMLElement | null = null;
    add();
    return list;
  }

  private facts(entries: [string, readonly string[] | undefined][]): HTMLElement {
    const known = entries.filter(([, values]) => values?.length);
    return h("dl", {}, ...known.flatMap(([name, values]) => [
      h("dt", {}, name),
      h("dd", {}, ...values!.flatMap((value, place) => [place ? "; " : "", words(value)])),
    ]));
  }

  private back(): HTMLElement {
    return h("p", {}, h("button", { class: "link", type: "button", click: () => this.choose(null) }, "← All relationships shown"));
  }
}

function held(claim: Claim): string[] | undefined {
  const { start, until, ended } = claim;
  if (!start && !until) return ended ? ["ended by then"] : undefined;
  return [start === until ? start! : `${start ?? "…"} to ${until ?? "…"}`];
}
