/** Finding nodes by name, alias or identifier, whatever the accents and capitals. */

import type { GraphNode } from "./data";

/** Letters that no decomposition takes apart. */
const PLAIN: Record<string, string> = {
  ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ß: "ss", æ: "ae", œ: "oe", ħ: "h", "’": "'", "‘": "'", "–": "-",
};

export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[øłđðþıßæœħ’‘–]/g, (letter) => PLAIN[letter]!);
}

export interface Found {
  node: number;
  /** The alias or identifier that fits, where the name does not. */
  by: string;
}

export class Names {
  private readonly entries: { node: number; by: string; key: string }[] = [];

  constructor(nodes: readonly GraphNode[]) {
    nodes.forEach((node, number) => {
      this.entries.push({ node: number, by: "", key: fold(node.name) });
      for (const other of [...(node.aliases ?? []), ...(node.identifiers ?? [])]) {
        this.entries.push({ node: number, by: other, key: fold(other) });
      }
    });
  }

  /** The best first: equal, then those that begin so, then with a word that does, then the rest. */
  find(text: string, most: number, weight: (node: number) => number): Found[] {
    const wanted = fold(text.trim());
    if (!wanted) return [];
    const best = new Map<number, { rank: number; by: string }>();
    for (const { node, by, key } of this.entries) {
      const at = key.indexOf(wanted);
      if (at < 0) continue;
      const begins = at === 0 || !/[\p{L}\p{N}]/u.test(key[at - 1]!) || key.includes(` ${wanted}`);
      const rank = (key === wanted ? 0 : at === 0 ? 1 : begins ? 2 : 3) + (by ? 0.5 : 0);
      const before = best.get(node);
      if (!before || rank < before.rank) best.set(node, { rank, by });
    }
    return [...best]
      .sort(([a, one], [b, other]) => one.rank - other.rank || weight(b) - weight(a) || a - b)
      .slice(0, most)
      .map(([node, { by }]) => ({ node, by }));
  }
}
