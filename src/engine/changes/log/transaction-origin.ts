// Who made a change, as the writing transaction said it. Anybody who may write can say anything: so it is looked at before it is believed
// to be one of ours in form. Whether it is true only the database's roles can decide.
import type { ChangeOrigin } from '../change.js';

/** More than this is nobody's name. */
export const LONGEST_ORIGIN = 2_000;

export const STRANGER: ChangeOrigin = { kind: 'sql', id: '' };
const KINDS: ReadonlySet<unknown> = new Set(['user', 'client', 'integration', 'import', 'sql']);

/** `said`: JSON, or empty. What has not the shape of an origin is that of a stranger. */
export function readOrigin(said: Buffer): ChangeOrigin {
  if (said.length === 0 || said.length > LONGEST_ORIGIN) return STRANGER;
  return toOrigin(said.toString('utf8'));
}

function toOrigin(text: string): ChangeOrigin {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return STRANGER;
  }
  if (typeof said !== 'object' || said === null) return STRANGER;
  const { kind, id, correlationId } = said as Readonly<Record<string, unknown>>;
  if (!KINDS.has(kind)) return STRANGER;
  return {
    kind: kind as ChangeOrigin['kind'],
    id: typeof id === 'string' ? id : typeof id === 'number' ? String(id) : '',
    ...(typeof correlationId === 'string' ? { correlationId } : {}),
  };
}
