// Statuses of a receiver that does not want it any more (410), or will never understand it.

const FINAL = [400, 401, 403, 404, 405, 410, 413, 415, 422];

/** True where another try gets the same answer; a redirect is none that is followed. */
export const isFinalStatus = (status: number): boolean =>
  FINAL.includes(status) || (status >= 300 && status < 400);
