// Which symbols there are: every record of a fixture that was given one, with the file it stands in.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import type { FixtureDocument, FixtureRecord, FixtureValue, Place, Reference } from '../fixtures/document.js';
import { loadError } from '../load-errors.js';

export interface SymbolRecord {
  readonly record: FixtureRecord;
  readonly file: string;
}

export interface SymbolIndex {
  find(reference: Reference): SymbolRecord | undefined;
  /** Throws LOAD-204 with the symbol that was probably meant. */
  read(reference: Reference, from: Place & { readonly file: string }): SymbolRecord;
}

interface IndexedFile {
  readonly path: string;
  readonly document: FixtureDocument;
  /** False: it is for another environment, so that its symbols only help to explain. */
  readonly inEffect: boolean;
}

/** Throws LOAD-205 where two records of an entity have the same symbol. */
export function createSymbolIndex(files: readonly IndexedFile[]): SymbolIndex {
  const symbols = new Map<string, Map<string, SymbolRecord>>();
  const elsewhere = new Map<string, string>();
  for (const { path, document, inEffect } of files) {
    for (const [entity, records] of document.entities) {
      const known = symbols.get(entity) ?? new Map<string, SymbolRecord>();
      for (const record of records) {
        if (record.symbol === undefined) continue;
        if (!inEffect) elsewhere.set(`${entity}.${record.symbol}`, path);
        else if (known.has(record.symbol)) throw givenTwice(entity, record, path, known.get(record.symbol)!);
        else known.set(record.symbol, { record, file: path });
      }
      symbols.set(entity, known);
    }
  }
  const find = ({ entity, symbol }: Reference) => symbols.get(entity)?.get(symbol);
  return {
    find,
    read(reference, from) {
      const found = find(reference);
      if (found) return found;
      const name = `${reference.entity}.${reference.symbol}`;
      const { file, line, column } = from;
      throw loadError(204, {
        detail: `Line ${line}, column ${column}: no fixture has a symbol @${name}.`,
        hint: elsewhere.has(name)
          ? `${elsewhere.get(name)} has it, but is for another environment.`
          : toHint(reference, symbols),
        pointer: { file, line, column: String(column) },
      });
    },
  };
}

function toHint(
  { entity, symbol }: Reference,
  symbols: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
): string {
  const known = symbols.get(entity);
  const near = known && didYouMean(symbol, known.keys());
  if (near !== undefined) return `Did you mean @${entity}.${near}?`;
  if (known !== undefined && known.size > 0) {
    return `${entity} has: ${[...known.keys()].slice(0, 12).join(', ')}${known.size > 12 ? ' …' : ''}.`;
  }
  const other = didYouMean(
    entity,
    [...symbols.keys()].filter((name) => symbols.get(name)!.has(symbol)),
  );
  if (other !== undefined) return `Did you mean @${other}.${symbol}?`;
  return `No fixture gives a record of ${entity} a symbol. A record of a script or a table file is named by its fields: relation.field: value.`;
}

function givenTwice(entity: string, record: FixtureRecord, file: string, first: SymbolRecord): Error {
  return loadError(205, {
    detail: `Line ${record.line}: @${entity}.${record.symbol} stands already in line ${first.record.line} of ${first.file}.`,
    hint: 'Give one of the two another symbol.',
    pointer: { file, line: record.line, column: String(record.column) },
  });
}

/** The references in a record, those inside objects too. */
export function* listReferences(
  record: FixtureRecord,
): Generator<FixtureValue & { readonly kind: 'reference' }> {
  for (const value of record.values.values()) yield* referencesIn(value);
}

function* referencesIn(value: FixtureValue): Generator<FixtureValue & { readonly kind: 'reference' }> {
  if (value.kind === 'reference') yield value;
  else if (value.kind === 'object') for (const [, entry] of value.entries) yield* referencesIn(entry);
}
