// A table file (CSV, NDJSON, JSON …): its rows go through as a stream, of any size, its headers are paths of fields, or of
// relations whose records have symbols.
import { type Catalog, type Entity, resolvePath } from '../../../engine/catalog/index.js';
import { lookAtSource } from '../../../engine/formats/look-at-source.js';
import { expectRows, readBatches } from '../../../engine/formats/read-source.js';
import { openSource } from '../../../engine/formats/source-bytes.js';
import { toWholeColumns } from '../../../engine/mapping/index.js';
import type { WriteTarget } from '../../../engine/records/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { loadError } from '../load-errors.js';
import {
  chooseStrategy,
  type FixtureContext,
  type FixtureOutcome,
  readFileEntity,
  toEntityReport,
} from './fixture-context.js';
import { FixtureWriter } from './fixture-writer.js';
import { SymbolColumns, type TableColumn, toTableColumns } from './symbol-columns.js';

/** In the caller's transaction. A file without rows does nothing, not even as a mirror. */
export async function applyTable(context: FixtureContext): Promise<FixtureOutcome> {
  const { file, client, catalog, title, rehearsal, signal, confirmRemoval } = context;
  const entity = readFileEntity(context, file.head.entity ?? '');
  const wish = { format: formatOf(file.path), formatOptions: {}, signal };
  const place = { path: file.absolute, name: file.path };
  const { detection, columns } = await lookAtSource(place, wish, toWholeColumns(entity));
  const bound = columns.flatMap((column, i) => readHeader(catalog, entity, column, i, file.path));
  const targets = bound.map(
    ({ path }, column): WriteTarget => ({ path, source: { column }, empty: 'leave' }),
  );
  const rooms = { client, catalog, keys: context.keys, file: file.path };
  const symbols = new SymbolColumns(rooms, entity, bound, columns.length);
  const source = await openSource({ path: file.absolute });
  try {
    let writer: FixtureWriter | undefined;
    let strategy = '';
    for await (const batch of readBatches(source, detection)) {
      if (writer === undefined) {
        const chosen = chooseStrategy(file, entity, targets);
        strategy = chosen;
        writer = await FixtureWriter.open({
          client,
          catalog,
          entity,
          targets,
          columns: symbols.headers,
          strategy: chosen,
          title,
          rehearsal,
          signal,
          confirmRemoval,
          expectedRows: expectRows(batch, source),
          onRows: ({ read }) => context.onRows(read),
        });
      }
      await writer.add(await symbols.resolve(batch));
    }
    if (writer === undefined) return { entities: [], issues: [], failed: 0 };
    await writer.settle();
    await writer.removeMissing();
    await writer.close();
    const issues = writer.issues.map((issue) => ({ ...issue, entity: entity.name }));
    const report = toEntityReport(entity, strategy, writer, rehearsal);
    return { entities: [report], issues, failed: writer.counters.failed };
  } finally {
    await source.close();
  }
}

const formatOf = (name: string): string => /\.([^./]+?)(?:\.gz)?$/i.exec(name)?.[1] ?? '';

/** Headers are read to the letter: a fixture is written for its entity, and a mistyped one must not pass. */
function readHeader(
  catalog: Catalog,
  entity: Entity,
  column: string,
  source: number,
  file: string,
): readonly TableColumn[] {
  const complain = (detail: string, hint: string | undefined) =>
    loadError(203, {
      detail: `Column ${column}: ${detail}`,
      ...(hint === undefined ? {} : { hint }),
      pointer: { file, column, entity: entity.name },
    });
  try {
    const { steps } = resolvePath(catalog, entity, column);
    if (steps.some(({ relation }) => relation.kind === 'many'))
      throw complain('it leads to many records.', undefined);
    return toTableColumns(catalog, entity, column, source);
  } catch (error) {
    if (!(error instanceof DovetailError) || error.code.startsWith('LOAD-')) throw error;
    throw complain(error.detail, error.hint);
  }
}
