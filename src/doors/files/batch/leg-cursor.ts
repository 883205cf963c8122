// The rows of a leg as they were put down when the document came, one after the other, or walked through in the order of the body.
import { createReadStream } from 'node:fs';
import { parse } from 'lossless-json';
import type { BatchLeg } from '../import/import-settings.js';

/** `c0` … values of fields, `l3` a local id, `e` what was wrong with it, `r` the record as it came; numbers keep their digits. */
export type LegRow = Readonly<Record<string, unknown>>;

// Values are bytes as they came, and may hold line ends; but no two of them stand in a row without a comma.
const BETWEEN = '}\n{"o":';
const PLACE = /^\{"o":(\d+)/;

/** The texts of the rows; no more than one of them, and what was read with it, is in memory. */
export async function* listLegRows(path: string): AsyncGenerator<string> {
  let text = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
    let from = Math.max(0, text.length - BETWEEN.length);
    text += chunk;
    for (let at = text.indexOf(BETWEEN, from); at >= 0; at = text.indexOf(BETWEEN, from)) {
      yield text.slice(0, at + 1);
      text = text.slice(at + 2);
      from = 0;
    }
  }
  if (text !== '') yield text;
}

export class LegCursor {
  readonly leg: BatchLeg;
  readonly #rows: AsyncGenerator<string>;
  #row = '';
  #place = 0;

  /** `path`: of the leg's source on this machine. */
  constructor(leg: BatchLeg, path: string) {
    this.leg = leg;
    this.#rows = listLegRows(path);
  }

  /** The row of the place, if the leg has one; places are asked for in rising order. */
  async find(place: number): Promise<LegRow | undefined> {
    while (this.#place < place) {
      const { done, value } = await this.#rows.next();
      this.#row = done === true ? '' : value;
      this.#place = done === true ? Number.POSITIVE_INFINITY : Number(PLACE.exec(value)![1]);
    }
    return this.#place === place ? (parse(this.#row) as LegRow) : undefined;
  }

  async close(): Promise<void> {
    await this.#rows.return(undefined);
  }
}
