/** What claims amount to: the rules of kg/status.py, for the claims that the filters let count. */

import type { Claim, Days, Status } from "./data";

export interface Counts {
  status: Status;
  affirmed: number;
  hedged: number;
  denied: number;
  prospective: number;
  /** Independent sources that affirm or hedge: named speakers and papers' own voices, then unnamed speakers. */
  speakers: number;
  unnamed: number;
  deniers: number;
}

export function count(claims: readonly Claim[]): Counts {
  const of = (standing: string) => claims.filter((claim) => claim.standing === standing);
  const affirmed = of("affirmed");
  const hedged = of("hedged");
  const denied = of("denied");
  const affirming = affirmed.concat(hedged);
  const [speakers, unnamed] = independent(affirming);
  const [named, others] = independent(denied);
  return {
    status: status(affirming, affirmed.length > 0, denied),
    affirmed: affirmed.length,
    hedged: hedged.length,
    denied: denied.length,
    prospective: claims.length - affirming.length - denied.length,
    speakers,
    unnamed,
    deniers: named + others,
  };
}

function status(affirming: Claim[], outright: boolean, denied: Claim[]): Status {
  if (affirming.length && denied.length) {
    return affirming.some((one) => denied.some((other) => overlap(one.holds, other.holds)))
      ? "disputed"
      : "changed";
  }
  if (affirming.length) return outright ? "asserted" : "hedged";
  return denied.length ? "denied" : "prospective";
}

export function overlap(one: Days, other: Days): boolean {
  return one[0] <= other[1] && other[0] <= one[1];
}

/**
 * Named speakers count once each, an article's own voice once an origin, unnamed speakers apart and once an origin; a
 * sentence in one article only: the one whose copy names most speakers, the oldest among equals.
 */
export function independent(claims: readonly Claim[]): [number, number] {
  const prints = new Map<number, Map<number, Claim[]>>();
  for (const claim of claims) {
    const [, , , sentence, article] = claim.source;
    let copies = prints.get(sentence);
    if (!copies) prints.set(sentence, (copies = new Map()));
    const copy = copies.get(article);
    if (copy) copy.push(claim);
    else copies.set(article, [claim]);
  }
  const known = new Set<string>();
  const unnamed = new Set<number>();
  for (const copies of prints.values()) {
    const named = (article: number) => copies.get(article)!.filter((claim) => claim.source[1]).length;
    const [chosen] = [...copies.keys()].sort((one, other) => named(other) - named(one) || one - other);
    const spoken = named(chosen!) > 0;
    for (const { source } of copies.get(chosen!)!) {
      const [speaker, isNamed, origin] = source;
      if (isNamed) known.add(`speaker ${speaker}`);
      else if (speaker) unnamed.add(origin);
      else if (!spoken) known.add(`origin ${origin}`);
    }
  }
  return [known.size, unnamed.size];
}
