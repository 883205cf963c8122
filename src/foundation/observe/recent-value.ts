// What costs something to find out is found out once for all who ask within a moment.

/** `now`: milliseconds of a monotonic clock. A failure is not remembered, but shared by those who wait for it. */
export function createRecentValue<T>(
  read: () => Promise<T>,
  now: () => number,
  ageMs = 1_000,
): () => Promise<T> {
  let known: { readonly at: number; readonly value: Promise<T> } | undefined;
  return () => {
    if (known !== undefined && now() - known.at < ageMs) return known.value;
    const mine = { at: now(), value: read() };
    known = mine;
    mine.value.catch(() => {
      if (known === mine) known = undefined;
    });
    return mine.value;
  };
}
