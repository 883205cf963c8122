// What every view needs to know about where it will be shown.
import type { Style } from '../terminal/terminal-style.js';

export interface ViewOptions {
  readonly style: Style;
  /** Columns of the terminal; undefined in a pipe. */
  readonly width: number | undefined;
}
