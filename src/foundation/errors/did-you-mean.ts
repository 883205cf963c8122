// "Did you mean …?": the one place that decides which known word a mistyped one is closest to.

/** The word without case, marks, accents and separators: `Café-Price` and `cafe_price` are one. */
export function toPlainWord(word: string): string {
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** How many letters must be changed, added, left out or swapped with their neighbour to get from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      row.push(cost);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}

/**
 * The candidate that `word` most likely stands for, or undefined if none is near. Equal but for case and separators
 * beats mistyped (at most a third of the letters), which beats contained (from four letters on).
 * Of equals the first wins.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  return closestOf(word, toCandidates(candidates));
}

/** A word that may be meant, beside its plain form: for whoever asks about the same words again and again. */
export interface Candidate {
  readonly word: string;
  readonly plain: string;
}

export const toCandidates = (words: Iterable<string>): readonly Candidate[] =>
  Array.from(words, (word) => ({ word, plain: toPlainWord(word) }));

/** As `didYouMean`. */
export function closestOf(word: string, candidates: readonly Candidate[]): string | undefined {
  const plain = toPlainWord(word);
  if (plain === '') return undefined;
  let best: string | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const cost = unlikeness(plain, candidate.plain);
    if (cost < bestCost) {
      bestCost = cost;
      best = candidate.word;
    }
  }
  return best;
}

// Infinite where the two are no likeness at all. A containment costs more than any accepted typing error.
function unlikeness(word: string, candidate: string): number {
  if (word === candidate) return 0;
  const longer = Math.max(word.length, candidate.length);
  const allowed = Math.max(1, Math.floor(longer / 3));
  if (longer > 2 && Math.abs(word.length - candidate.length) <= allowed) {
    const distance = editDistance(word, candidate);
    if (distance <= allowed) return distance;
  }
  const shorter = Math.min(word.length, candidate.length);
  if (shorter >= 4 && (candidate.includes(word) || word.includes(candidate))) return 1000 + longer - shorter;
  return Number.POSITIVE_INFINITY;
}
