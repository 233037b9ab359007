/** Where nodes stand: forces settle what is connected, what is not stands in rows below. The same graph, the same place. */

import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationNodeDatum,
} from "d3-force";

interface Body extends SimulationNodeDatum {
  number: number;
  radius: number;
}

interface Pair {
  source: number | Body;
  target: number | Body;
  count: number;
}

export interface Layout {
  x: Float64Array;
  y: Float64Array;
}

const SLICE = 40; // ms of work between two looks at what the user does
const LOOK = 300; // ms between two drawings of what is not settled yet

/**
 * Settles the nodes that are shown, a slice of work at a time so that the page stays alive; `step` hears how far it
 * is, from 0 to 1. Resolves to false where `stopped` said so.
 */
export async function settle(
  layout: Layout,
  shown: readonly boolean[],
  degree: readonly number[],
  links: readonly [number, number][],
  radius: (node: number) => number,
  step: (part: number) => void,
  stopped: () => boolean,
): Promise<boolean> {
  const bodies: Body[] = [];
  const alone: number[] = [];
  shown.forEach((is, number) => {
    if (is && degree[number]) bodies.push({ number, radius: radius(number) });
    else if (is) alone.push(number);
  });
  const at = new Map(bodies.map((body, place) => [body.number, place]));
  const pairs = new Map<string, Pair>();
  for (const [one, other] of links) {
    if (one === other) continue;
    const key = one < other ? `${one} ${other}` : `${other} ${one}`;
    const pair = pairs.get(key);
    if (pair) pair.count++;
    else pairs.set(key, { source: at.get(one)!, target: at.get(other)!, count: 1 });
  }
  const many = bodies.length > 400;
  // Lines side by side need room, and so do the names of a small picture.
  const long = (pair: Pair) => (many ? 60 : 105) + Math.min(12 * (pair.count - 1), 160);
  const simulation = forceSimulation(bodies)
    .force("link", forceLink<Body, Pair>([...pairs.values()]).distance(long).iterations(many ? 1 : 2))
    .force("charge", forceManyBody().strength(many ? -150 : -520).theta(many ? 1.4 : 0.9).distanceMax(many ? 1500 : 700))
    .force("x", forceX(0).strength(0.05))
    .force("y", forceY(0).strength(0.07))
    .stop();
  const ticks = many ? 140 : 320;
  simulation.alphaDecay(1 - 0.001 ** (1 / ticks));
  let looked = performance.now();
  for (let tick = 0; tick < ticks; ) {
    const begun = performance.now();
    do {
      // Keeping apart costs as much as all else, and matters when all have found their places.
      if (tick === Math.floor(ticks * 0.7)) {
        simulation.force("collide", forceCollide<Body>((body) => body.radius + (many ? 7 : 20)).strength(0.8));
      }
      simulation.tick();
      tick++;
    } while (tick < ticks && performance.now() - begun < SLICE);
    for (const body of bodies) {
      layout.x[body.number] = body.x!;
      layout.y[body.number] = body.y!;
    }
    if (performance.now() - looked > LOOK) {
      step(tick / ticks);
      looked = performance.now();
    }
    if (tick < ticks) await pause();
    if (stopped()) return false;
  }
  inRows(layout, bodies, alone);
  return true;
}

function inRows(layout: Layout, bodies: readonly Body[], alone: readonly number[]): void {
  let [left, right, bottom] = [-300, 300, bodies.length ? -Infinity : 0];
  for (const body of bodies) {
    left = Math.min(left, body.x!);
    right = Math.max(right, body.x!);
    bottom = Math.max(bottom, body.y!);
  }
  const wide = Math.max(1, Math.floor((right - left) / 110));
  alone.forEach((number, place) => {
    layout.x[number] = left + (place % wide) * 110;
    layout.y[number] = bottom + 120 + Math.floor(place / wide) * 45;
  });
}

/** Lets the page draw and listen; not requestAnimationFrame, which stands still in a tab that is not looked at. */
function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}
