// A document's records, entity by entity in the order of the foreign keys, each after the records it refers to.
import type { WriteTarget } from '../../../engine/records/index.js';
import { Cell } from '../../../foundation/cells/cell-batch.js';
import { type BatchCell, toCellBatch } from '../../../foundation/cells/row-batch.js';
import type { BoundValue } from '../fixtures/bind-record.js';
import type { FixtureDocument } from '../fixtures/document.js';
import { loadError } from '../load-errors.js';
import type { EntityReport } from '../load-services.js';
import { orderFiles } from '../plan/file-order.js';
import {
  bindRows,
  type EntityRow,
  type EntityRows,
  OpenSymbols,
  type ReadyRow,
  takeReady,
} from './document-rows.js';
import {
  chooseStrategy,
  type FixtureContext,
  type FixtureOutcome,
  readFileEntity,
  toEntityReport,
} from './fixture-context.js';
import { FixtureWriter, type WriterRequest } from './fixture-writer.js';

interface Written {
  readonly rows: EntityRows;
  readonly strategy: string;
  readonly writer: FixtureWriter;
}

/** Rows whose references had to wait, with the columns that are still to be set. */
interface Later {
  readonly rows: EntityRows;
  readonly ready: readonly ReadyRow[];
}

/** In the caller's transaction. Throws for what is wrong with the document; what is wrong with records is in the outcome. */
export async function applyDocument(
  context: FixtureContext,
  document: FixtureDocument,
): Promise<FixtureOutcome> {
  const all = bindEntities(context, document);
  const open = new OpenSymbols(all);
  const written: Written[] = [];
  const later: Later[] = [];
  let before = 0;
  for (const rows of all) {
    const targets = toTargets(rows.columns.values());
    const strategy = chooseStrategy(context.file, rows.entity, targets);
    const writer = await openWriter(
      context,
      rows,
      { columns: [...rows.columns.keys()], targets, strategy },
      before,
    );
    written.push({ rows, strategy, writer });
    const ready = await writeRounds(context, rows, writer, open);
    if (ready.length > 0) later.push({ rows, ready });
    await writer.settle();
    before += rows.rows.length;
    // What follows would only fail for want of these.
    if (writer.counters.failed > 0) return finish(context, written);
  }
  for (const each of later) written.push(await setLater(context, each));
  if (written.every(({ writer }) => writer.counters.failed === 0)) {
    for (const { writer } of written.toReversed()) await writer.removeMissing();
  }
  return finish(context, written);
}

function bindEntities(context: FixtureContext, document: FixtureDocument): readonly EntityRows[] {
  const order = [...context.catalog.entities.keys()];
  const bound: EntityRows[] = [];
  for (const [name, records] of document.entities) {
    const first = records[0];
    if (first === undefined) continue;
    const entity = readFileEntity(context, name, first.line);
    bound.push(bindRows(context.catalog, entity, name, records, context.file.path));
  }
  // As the catalog has them; what is referred to without a foreign key comes forward too.
  const placeOf = ({ entity }: EntityRows): string => String(order.indexOf(entity.name));
  const places = new Map(bound.map((rows) => [rows.name, placeOf(rows)]));
  const placed = bound.map((rows) => ({
    rows,
    path: placeOf(rows),
    after: [],
    wishes: [...listReferred(rows)].flatMap((name) => places.get(name) ?? []),
  }));
  return orderFiles(placed).map(({ rows }) => rows);
}

/** Entities referred to that no foreign key leads to: with those the catalog's order reckons already. */
function listReferred({ entity, rows }: EntityRows): ReadonlySet<string> {
  const known = new Set(entity.relations.flatMap((one) => (one.kind === 'one' ? [one.entity] : [])));
  const values = rows.flatMap((row) => [...row.values.values()]);
  const names = values.flatMap((value) => (value.kind === 'reference' ? [value.reference.entity] : []));
  return new Set(names.filter((name) => !known.has(name)));
}

const toTargets = (paths: Iterable<readonly string[]>): readonly WriteTarget[] =>
  [...paths].map((path, column) => ({ path, source: { column }, empty: 'leave' }));

type Wish = Pick<WriterRequest, 'columns' | 'targets' | 'strategy' | 'identity'>;

function openWriter(
  context: FixtureContext,
  rows: EntityRows,
  wish: Wish,
  before: number,
): Promise<FixtureWriter> {
  const { client, catalog, title, rehearsal, signal, confirmRemoval } = context;
  return FixtureWriter.open({
    ...wish,
    client,
    catalog,
    entity: rows.entity,
    title,
    rehearsal,
    signal,
    confirmRemoval,
    expectedRows: rows.rows.length,
    onRows: ({ read }) => context.onRows(before + read),
  });
}

/** Round by round, each with the rows that wait for nothing any more. Returns those that left something out. */
async function writeRounds(
  context: FixtureContext,
  rows: EntityRows,
  writer: FixtureWriter,
  open: OpenSymbols,
): Promise<readonly ReadyRow[]> {
  const later: ReadyRow[] = [];
  let waiting: readonly EntityRow[] = rows.rows;
  for (let firstRow = 1; waiting.length > 0 && writer.counters.failed === 0; ) {
    const ready = takeReady(rows, waiting, open, context.file.path);
    await writeReady(context, [...rows.columns.keys()], writer, ready, firstRow);
    later.push(...ready.filter((row) => row.later.length > 0));
    const done = new Set(ready.map(({ row }) => row));
    open.close(rows.name, [...done]);
    waiting = waiting.filter((row) => !done.has(row));
    firstRow += ready.length;
  }
  return later;
}

async function writeReady(
  context: FixtureContext,
  columns: readonly string[],
  writer: FixtureWriter,
  ready: readonly ReadyRow[],
  firstRow: number,
): Promise<void> {
  const { client, catalog, keys, file } = context;
  const cellsOf = ({ row, later }: ReadyRow) =>
    columns.map((column) => (later.includes(column) ? undefined : row.values.get(column)));
  const references = ready.flatMap((row) =>
    cellsOf(row).flatMap((value) => (value?.kind === 'reference' ? [{ ...value, file: file.path }] : [])),
  );
  await keys.resolve(client, catalog, references);
  const toCell = (value: BoundValue | undefined): BatchCell | undefined => {
    if (value?.kind !== 'reference') return value;
    const text = keys.valueOf(value.reference, value.targetField);
    return text === null ? { cell: Cell.null, text: '' } : { cell: Cell.text, text };
  };
  const batch = ready.map((row) => ({ line: row.row.record.line, cells: cellsOf(row).map(toCell) }));
  await writer.add(toCellBatch(columns, batch, firstRow));
  await writer.flush();
}

/** Closes circles: the references that were left out, now that the records they lead to are there. */
async function setLater(context: FixtureContext, { rows, ready }: Later): Promise<Written> {
  const { entity, name } = rows;
  const { client, catalog, keys, file } = context;
  const key = entity.primaryKey;
  if (key === undefined) {
    const { line } = ready[0]!.row.record;
    throw loadError(208, {
      detail: `Line ${line}: records of ${entity.name} refer to each other in a circle, and without a primary key it can't be closed.`,
      hint: 'Leave one of the references out.',
      pointer: { file: file.path, line, entity: entity.name },
    });
  }
  const references = ready.map(({ row: { record } }) => ({
    reference: keys.toReference(name, record, file.path),
    line: record.line,
    column: record.column,
    file: file.path,
  }));
  await keys.resolve(client, catalog, references);
  const whole = ready.map(({ row, later }, i): ReadyRow => {
    const { line, column, reference } = references[i]!;
    const values = new Map(later.map((each) => [each, row.values.get(each)!]));
    for (const targetField of key) {
      values.set(targetField, {
        kind: 'reference',
        path: [targetField],
        line,
        column,
        reference,
        targetField,
      });
    }
    return { row: { record: row.record, values }, later: [] };
  });
  const columns = [...new Set([...key, ...ready.flatMap(({ later }) => later)])];
  const targets = toTargets(columns.map((column) => rows.columns.get(column) ?? [column]));
  const writer = await openWriter(context, rows, { columns, targets, strategy: 'update', identity: key }, 0);
  await writeReady(context, columns, writer, whole, 1);
  await writer.settle();
  return { rows, strategy: 'update', writer };
}

async function finish(context: FixtureContext, written: readonly Written[]): Promise<FixtureOutcome> {
  const entities: EntityReport[] = [];
  for (const { rows, strategy, writer } of written) {
    await writer.close();
    entities.push(toEntityReport(rows.entity, strategy, writer, context.rehearsal));
  }
  const issues = written.flatMap(({ rows, writer }) =>
    writer.issues.map((issue) => ({ ...issue, entity: rows.entity.name })),
  );
  return { entities, issues, failed: entities.reduce((sum, { counters }) => sum + counters.failed, 0) };
}
