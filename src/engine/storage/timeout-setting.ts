// How long a server may say nothing before it is given up.
import { number, type Shape, ShapeComplaint } from '../../foundation/config/shape.js';

const DEFAULT_TIMEOUT_SECONDS = 30;

export const timeoutSeconds: Shape<number> = (value, where) => {
  const seconds = number(value, where);
  if (seconds > 0 && seconds <= 3_600) return seconds;
  throw new ShapeComplaint(where, 'expected seconds, up to 3600');
};

export function toTimeoutMs(settings: { readonly timeoutSeconds?: number }): number {
  return 1000 * (settings.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS);
}
