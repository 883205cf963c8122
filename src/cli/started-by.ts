// Who started a run from the command line: the user of the system, until there are users of Dovetail.
import { userInfo } from 'node:os';
import type { Origin } from '../engine/records/write-request.js';

export function startedBy(): Origin {
  try {
    return { kind: 'user', id: userInfo().username };
  } catch {
    // In a container the number may belong to nobody.
    return { kind: 'user', id: `${process.getuid?.() ?? 'unknown'}` };
  }
}
