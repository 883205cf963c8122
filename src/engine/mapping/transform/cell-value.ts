// What a mapping makes of a cell: a text, JSON text, or nothing; and how it says that it can't.

/** JSON text: lists and objects for array and JSON fields, numbers and booleans of typed sources. */
export interface JsonText {
  readonly json: string;
}

/** Null is a blank cell: what it means is for `default` and `empty` to say. */
export type CellValue = string | JsonText | null;

/** A text that a step, a condition or an expression can't take. Costs its row. */
export class CellFault extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The value as text, as expressions and steps further on see it. */
export const toText = (value: CellValue): string =>
  value === null ? '' : typeof value === 'string' ? value : value.json;
