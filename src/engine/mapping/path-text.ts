// Paths as text and back without loss: dots between the steps, quotes around a step that itself holds a dot or a quote.
import { mappingError } from './mapping-errors.js';

/** The last step of a path that means the record (or records) behind the relation as a whole. */
export const WHOLE = '*';

/** `['brand', 'name']` is `brand.name`, `['net.price']` is `"net.price"`. */
export function toPathText(path: readonly string[]): string {
  return path.map((step, i) => (needsQuotes(step, i) ? `"${step.replaceAll('"', '""')}"` : step)).join('.');
}

// A column that happens to be called `*` is not the whole record, and blanks at the ends don't survive a hand-written file.
function needsQuotes(step: string, index: number): boolean {
  return step === '' || /[."]/.test(step) || step !== step.trim() || (step === WHOLE && index === 0);
}

/** The steps of a path, or undefined if the text is none (an empty step, a quote that isn't closed). */
export function findPath(text: string): readonly string[] | undefined {
  const steps: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")+)"|([^."]+))\s*(\.|$)/y;
  let ended = false;
  while (!ended) {
    const match = pattern.exec(text);
    if (!match) return undefined;
    const step = match[1]?.replaceAll('""', '"') ?? match[2]!.trim();
    if (step === '') return undefined;
    steps.push(step);
    ended = match[3] === '';
  }
  return steps;
}

/** The steps of a path. Throws MAPPING-104. */
export function readPath(text: string): readonly string[] {
  const path = findPath(text);
  if (path) return path;
  throw mappingError(104, {
    detail: `'${text}' is not a path.`,
    hint: 'A path is a field (sku) or relations and a field (brand.name); a name with a dot stands in double quotes.',
    pointer: { field: text },
  });
}
