// Rows as Parquet: collected up to a row group, written, forgotten. Snappy, which every reader knows.
import type { ByteWriter, ParquetWriter, SchemaElement } from 'hyparquet-writer';
import { Cell, type CellKind } from '../../../foundation/cells/cell-batch.js';
import { formatsError } from '../formats-errors.js';
import { findTexts, readChoice } from '../option-reading.js';
import type { TableWriter, WriteRequest } from '../table-format.js';
import { type PhysicalValue, toWrittenColumn, type WrittenColumn } from './parquet-schema.js';

/** A row group ends at whichever comes first. */
const GROUP_ROWS = 50_000;
const GROUP_CELLS = 1_000_000;
const GROUP_CHARACTERS = 24 * 1024 * 1024;

/** Throws FORMATS-108 for settings that can't be meant; while writing 332 for values the column's type has no room for. */
export function createParquetWriter(request: WriteRequest): TableWriter {
  const { columns: names, types, sizes, options } = request;
  const texts = new Set(findTexts(options, 'texts') ?? []);
  const codec = readChoice(options, 'compression', ['snappy', 'none'], 'snappy');
  const columns = names.map((name, i) =>
    toWrittenColumn(name, texts.has(name) ? 'text' : (types?.[i] ?? 'text'), sizes?.[i]),
  );
  let open: OpenWriter | undefined;
  const most = Math.max(1, Math.min(GROUP_ROWS, Math.floor(GROUP_CELLS / Math.max(1, columns.length))));
  let group: (PhysicalValue | null)[][] = columns.map(() => []);
  let rows = 0;
  let characters = 0;
  let written = 0;
  const seen = columns.map(() => new Set<CellKind>());

  const drain = (): Buffer => {
    const taken = Buffer.from(open!.bytes.getBytes());
    open!.bytes.index = 0;
    return taken;
  };
  const flush = async (): Promise<void> => {
    if (rows === 0) return;
    await open!.writer.write({
      columnData: columns.map(({ element, statistics }, i) => ({
        name: element.name,
        data: group[i]!,
        statistics,
      })),
      rowGroupSize: rows,
    });
    group = columns.map(() => []);
    rows = 0;
    characters = 0;
  };
  return {
    async begin() {
      open = await openWriter(
        columns.map(({ element }) => element),
        codec,
      );
      return drain();
    },
    async rows(given, kinds) {
      for (const row of kinds ?? []) for (let i = 0; i < row.length; i++) seen[i]!.add(row[i]!);
      const parts: Buffer[] = [];
      for (const row of given) {
        written++;
        for (let i = 0; i < columns.length; i++) {
          const text = row[i] ?? null;
          group[i]!.push(text === null ? null : toPhysical(columns[i]!, text, written));
          if (text !== null) characters += text.length;
        }
        if (++rows < most && characters < GROUP_CHARACTERS) continue;
        await flush();
        parts.push(drain());
      }
      return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    },
    async end() {
      await flush();
      columns.forEach(({ element }, i) => {
        if (seen[i]!.has(Cell.json) && !seen[i]!.has(Cell.text)) toJsonElement(element);
      });
      await open!.writer.finish();
      return drain();
    },
  };
}

interface OpenWriter {
  readonly bytes: ByteWriter;
  readonly writer: ParquetWriter;
}

/** The library is loaded here: whoever writes no Parquet has no memory for it to spare. */
async function openWriter(elements: SchemaElement[], codec: 'snappy' | 'none'): Promise<OpenWriter> {
  const library = await import('hyparquet-writer');
  const bytes = new library.ByteWriter(64 * 1024);
  const writer = new library.ParquetWriter({
    writer: bytes,
    schema: [{ name: 'schema', num_children: elements.length }, ...elements],
    codec: codec === 'none' ? 'UNCOMPRESSED' : 'SNAPPY',
    createdBy: 'dovetail (hyparquet)',
  });
  return { bytes, writer };
}

/** The schema stands at the end of the file: only there it is known that a column of texts held JSON and nothing else. */
function toJsonElement(element: SchemaElement): void {
  delete element.converted_type;
  element.logical_type = { type: 'JSON' };
}

function toPhysical(column: WrittenColumn, text: string, row: number): PhysicalValue {
  const value = column.toValue(text);
  if (value !== undefined) return value;
  const { name } = column.element;
  throw formatsError(332, {
    detail: `${JSON.stringify(text.slice(0, 60))} in ${name}, row ${row}, has no place in a Parquet column of its type.`,
    hint: `Set texts to ${name} to have the column written as text.`,
    pointer: { row, column: name },
  });
}
