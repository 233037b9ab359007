/** Which claims count and which relationships and nodes are shown, by the filters. */

import { count, overlap, type Counts } from "./counting";
import type { Claim, Days, Graph, Status } from "./data";

export const STATUSES: readonly Status[] = [
  "asserted",
  "disputed",
  "changed",
  "hedged",
  "denied",
  "prospective",
];

/** What is let through. A set of publishers is null while nobody chose any. */
export interface Filters {
  families: Set<string>;
  statuses: Set<Status>;
  publishers: Set<string> | null;
  time: Days | null;
  speakers: number;
  unnamed: boolean;
  values: boolean;
  isolated: boolean;
}

export interface Shown {
  /** By relationship: what its claims that count amount to, null where it is not shown. */
  counts: (Counts | null)[];
  claims: Claim[][];
  nodes: boolean[];
  /** Shown relationships of each node. */
  degree: number[];
  relationships: number;
  claimCount: number;
  nodeCount: number;
  /** Undated claims that the time leaves out. */
  undated: number;
}

export class Scope {
  private readonly claims: Claim[][];

  constructor(private readonly graph: Graph) {
    this.claims = graph.relationships.map(() => []);
    for (const claim of graph.claims) this.claims[claim.relationship]!.push(claim);
  }

  shown(filters: Filters): Shown {
    const { nodes, relationships, relations } = this.graph;
    const found: Shown = {
      counts: [],
      claims: [],
      nodes: nodes.map(() => false),
      degree: nodes.map(() => 0),
      relationships: 0,
      claimCount: 0,
      nodeCount: 0,
      undated: 0,
    };
    const hidden = nodes.map((node) => (node.value ? !filters.values : !node.named && !filters.unnamed));
    relationships.forEach((edge, number) => {
      const all = this.claims[number]!;
      let kept: Counts | null = null;
      let claims: Claim[] = [];
      if (filters.families.has(relations[edge.relation]!.family) && !hidden[edge.subject] && !hidden[edge.object]) {
        claims = all.filter((claim) => this.counts(claim, filters, found));
        if (claims.length) {
          const counts = count(claims);
          const enough = Math.max(counts.speakers, counts.deniers) >= filters.speakers;
          if (enough && filters.statuses.has(counts.status)) kept = counts;
        }
      }
      found.counts.push(kept);
      found.claims.push(claims);
      if (kept) {
        found.relationships++;
        found.claimCount += claims.length;
        for (const end of new Set([edge.subject, edge.object])) {
          found.nodes[end] = true;
          found.degree[end]!++;
        }
      }
    });
    if (filters.isolated) {
      nodes.forEach((_, number) => {
        if (!hidden[number]) found.nodes[number] = true;
      });
    }
    found.nodeCount = found.nodes.filter(Boolean).length;
    return found;
  }

  private counts(claim: Claim, filters: Filters, found: Shown): boolean {
    if (filters.publishers && !filters.publishers.has(this.graph.articles[claim.article]!.publisher ?? "")) {
      return false;
    }
    if (filters.time && !overlap(claim.scope, filters.time)) {
      if (!claim.start && !claim.until) found.undated++;
      return false;
    }
    return true;
  }
}

const DAY = 86_400_000;
/** Day 1 is 0001-01-01. */
const EPOCH = 719_163;

/** The days of "2031", "2031-03" or "2031-03-04"; null where it is no date. */
export function days(text: string): Days | null {
  const found = /^(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text.trim());
  if (!found) return null;
  const year = Number(found[1]);
  const month = found[2] ? Number(found[2]) - 1 : 0;
  const day = found[3] ? Number(found[3]) : 1;
  const first = ordinal(year, month, day);
  const real = new Date((first - EPOCH) * DAY);
  if (real.getUTCMonth() !== month || real.getUTCDate() !== day) return null;
  if (found[3]) return [first, first];
  return [first, (found[2] ? ordinal(year, month + 1, 1) : ordinal(year + 1, 0, 1)) - 1];
}

function ordinal(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return Math.round(date.getTime() / DAY) + EPOCH;
}
