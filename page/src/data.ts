/** What the page is given: the graph as kg/exports/html.py writes it. What is unknown is left out. */

export type Status = "asserted" | "disputed" | "changed" | "hedged" | "denied" | "prospective";
export type Standing = "affirmed" | "hedged" | "denied" | "notActual";
/** First and last day, proleptic Gregorian ordinals, inclusive. */
export type Days = [number, number];

export interface Family {
  name: string;
  label: string;
  color: string;
}

export interface NodeType {
  label: string;
  color: string;
}

export interface Relation {
  label: string;
  inverse: string;
  family: string;
  symmetric?: boolean;
}

export interface GraphNode {
  id: string;
  name: string;
  types: string[];
  named?: boolean;
  value?: boolean;
  identifiers?: string[];
  aliases?: string[];
}

export interface Relationship {
  id: string;
  subject: number;
  object: number;
  relation: string;
  place?: string;
}

export interface Article {
  id: string;
  title: string;
  publisher?: string;
  origin?: string;
  published?: string;
  url?: string;
  authors?: string[];
}

/** Someone or something beside the ends; `node` where it is in the picture. */
export interface Ref {
  name: string;
  node?: number;
  unnamed?: boolean;
}

/** Who stands behind a claim, for counting independent sources: numbers that are equal where it is the same. */
export interface Source {
  speaker: number;
  named: boolean;
  origin: number;
  sentence: number;
  article: number;
}

export interface Claim {
  id: string;
  relationship: number;
  article: number;
  standing: Standing;
  certainty?: string;
  modality?: string;
  implied?: boolean;
  /** The sentences, in turns beside the evidence and within it. */
  text: string[];
  speakers?: Ref[];
  said?: string;
  start?: string;
  until?: string;
  ended?: boolean;
  words?: string;
  role?: string;
  place?: Ref;
  event?: Ref;
  about?: Ref;
  instrument?: Ref;
  quantity?: string;
  /** When it could hold, for telling disputed from changed. */
  holds: Days;
  /** When it counts, for a time that is asked about. */
  scope: Days;
  /** speaker (0: the article's own voice), 1 if named, origin, sentence, article: see Source. */
  source: [number, number, number, number, number];
}

/** What an analysis found: sizes and groups by node, relationships that are lit. */
export interface Overlay {
  title: string;
  values?: Record<number, number>;
  groups?: Record<number, string>;
  relationships?: number[];
}

export interface Graph {
  families: Family[];
  types: Record<string, NodeType>;
  relations: Record<string, Relation>;
  nodes: GraphNode[];
  relationships: Relationship[];
  articles: Article[];
  claims: Claim[];
  overlay?: Overlay;
}

export function read(): Graph {
  return JSON.parse(document.getElementById("graph")!.textContent!) as Graph;
}
