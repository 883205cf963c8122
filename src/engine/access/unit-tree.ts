// Which units a caller of one unit reaches.
import type { CallerUnits } from './grants/grants.js';

export interface UnitLine {
  readonly id: string;
  /** Absent for the root of a tree. */
  readonly parent?: string;
}

/** Undefined for a unit that is not there. */
export function toCallerUnits(units: readonly UnitLine[], own: string): CallerUnits | undefined {
  const parents = new Map(units.map((unit) => [unit.id, unit.parent]));
  if (!parents.has(own)) return undefined;
  const root = [...listAbove(parents, own)].at(-1)!;
  const idsUnder = (top: string) =>
    units.map((unit) => unit.id).filter((id) => listAbove(parents, id).has(top));
  return { own, below: idsUnder(own), organization: idsUnder(root) };
}

/** The unit itself and those above it, the root last. */
function listAbove(parents: ReadonlyMap<string, string | undefined>, own: string): ReadonlySet<string> {
  const above = new Set<string>();
  let at: string | undefined = own;
  // Ends also where somebody made a circle by hand.
  while (at !== undefined && !above.has(at)) {
    above.add(at);
    at = parents.get(at);
  }
  return above;
}
