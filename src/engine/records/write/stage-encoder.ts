// The hot loop of every import: cells in, COPY lines out, dealt to partitions by identity. No string is made of a
// cell unless something is wrong with it.
import { Cell, type CellBatch } from '../../../foundation/cells/cell-batch.js';
import { BatchHolds } from './batch-holds.js';
import { kindOf } from './cell-kind.js';
import { duplicateTeller, encodeTeller, problemTeller, requiredTeller } from './issue-tellers.js';
import { LineIndex } from './line-index.js';
import type { StageColumn, WritePlan } from './plan-parts.js';
import { RowHash } from './row-hash.js';
import { SeenRows } from './seen-rows.js';
import { StageBuilder } from './stage-builder.js';
import type { IssueTeller, StagedChunk } from './staged-chunk.js';

/** What a row says about a field. The letters stand in the staging table's `_say`. */
const SAY_VALUE = 0x76; // v: a value or null
const SAY_LEAVE = 0x6c; // l: nothing
const SAY_DEFAULT = 0x64; // d: its default

export interface StageEncoderOptions {
  /** How many writers the rows are dealt to. Must not change while a run lives. */
  readonly partitions: number;
  /** Seed of the hash that deals them. Must not change while a run lives. */
  readonly seed: number;
  /** Rows per chunk. A chunk also ends at 4 MB. */
  readonly chunkRows: number;
  /** Of the first chunk, so that writers begin before much is read; the later ones double. Default `chunkRows`. */
  readonly firstChunkRows?: number;
  /** About how many rows the source has. */
  readonly expectedRows: number;
  /** By partition: ordinal of the last row that is done already. */
  readonly committed: readonly number[];
}

export class StageEncoder {
  readonly #plan: WritePlan;
  readonly #options: StageEncoderOptions;
  readonly #builders: readonly StageBuilder[];
  readonly #hash: RowHash;
  readonly #seen: SeenRows | undefined;
  readonly #lines = new LineIndex();
  readonly #holds = new BatchHolds();
  readonly #says: Buffer;
  readonly #sourceColumns: number;
  readonly #constants: readonly (Buffer | null | undefined)[];
  readonly #fallbacks: readonly (Buffer | undefined)[];
  /** By column of the identity: whether a NULL in it, beside other values, tells a record. */
  readonly #mayBeNull: readonly boolean[];
  /** Whether NULLs alone do. */
  readonly #nullIdentifies: boolean;
  #identity: Buffer = Buffer.allocUnsafe(4096);

  constructor(plan: WritePlan, options: StageEncoderOptions) {
    this.#plan = plan;
    this.#options = options;
    const rows = { first: options.firstChunkRows ?? options.chunkRows, most: options.chunkRows };
    this.#builders = Array.from(
      { length: options.partitions },
      (_, partition) => new StageBuilder(partition, plan.columns.length, rows, this.#holds),
    );
    const { blankIdentity, identity, identityUnique } = plan;
    const blankSets = plan.sets.filter((set) => blankIdentity.includes(set.field));
    this.#mayBeNull = plan.columns.map((column) => blankSets.some((set) => set.columns.includes(column)));
    this.#nullIdentifies = identityUnique && blankIdentity.length === identity.length;
    this.#hash = new RowHash(options.seed);
    this.#seen =
      plan.identity.length > 0 ? new SeenRows(plan.onDuplicate !== 'last', options.expectedRows) : undefined;
    // About columns that only a hook fills, no row says anything; only the others are looked at.
    this.#sourceColumns = plan.columns.length - plan.hookColumns;
    this.#says = Buffer.alloc(plan.columns.length, SAY_LEAVE);
    this.#constants = plan.columns.map((column) => constantOf(column));
    this.#fallbacks = plan.columns.map((column) =>
      column.target.fallback === undefined ? undefined : Buffer.from(column.target.fallback),
    );
  }

  /** Takes a batch in; returns the chunks that became full. */
  encode(batch: CellBatch): StagedChunk[] {
    const full: StagedChunk[] = [];
    let problem = 0;
    const { passed } = batch;
    this.#holds.take(batch);
    for (let index = 0; index < batch.rows; index++) {
      if (passed?.[index] === 1) continue;
      const row = batch.firstRow + index;
      this.#lines.put(row, batch.lines[index]!);
      const from = problem;
      while (problem < batch.problems.length && batch.problems[problem]!.index === index) problem++;
      const found =
        problem > from
          ? batch.problems.slice(from, problem).map((each) => problemTeller(this.#plan, batch, each))
          : undefined;
      const dropped = found !== undefined && batch.problems[from]!.dropped === true;
      const builder = dropped
        ? this.#passOver(batch, index, found)
        : found
          ? this.#refuse(batch, index, found)
          : this.#encodeRow(batch, index);
      if (builder?.full) full.push(builder.take());
    }
    this.#holds.leave(batch);
    return full;
  }

  /** The chunks begun but not full, once the source is at its end. */
  finish(): StagedChunk[] {
    return this.#builders.filter((builder) => builder.read > 0).map((builder) => builder.take());
  }

  #encodeRow(batch: CellBatch, index: number): StageBuilder | undefined {
    const { columns, identityColumns } = this.#plan;
    const row = batch.firstRow + index;
    const special = this.#judgeKinds(batch, index);

    // The identity first, apart: it decides which partition's buffer the row goes to.
    let to = 0;
    let blank = identityColumns === 0;
    let nulls = 0;
    for (let c = 0; c < identityColumns; c++) {
      const next = this.#encodeCell(
        batch,
        index,
        columns[c]!,
        this.#roomForIdentity(batch, index, columns[c]!, to),
        to,
      );
      if (next < 0)
        return this.#refuse(batch, index, [encodeTeller(this.#plan, batch, index, columns[c]!, next)]);
      if (next === to + 2 && this.#identity[to] === 0x5c && this.#identity[to + 1] === 0x4e) {
        if (++nulls === identityColumns ? !this.#nullIdentifies : !this.#mayBeNull[c]) blank = true;
      }
      to = next;
      this.#identity[to++] = 0x09;
    }
    this.#hash.of(this.#identity, 0, to);
    const deal = identityColumns === 0 ? row : blank ? 0 : this.#hash.b;
    const builder = this.#builders[deal % this.#builders.length]!;
    const done = row <= this.#options.committed[builder.partition]!;
    const { onDuplicate } = this.#plan;

    if (special < 0) {
      const tell = requiredTeller(this.#plan, batch, index, columns[-special - 1]!);
      return this.#refuse(batch, index, [tell], builder, blank ? 0 : to);
    }
    // Rows that are done are encoded too: a bad one must not count as seen, at a resume as little as the first time.
    const begun = builder.begin(row, batch.lines[index]!, special > 0 ? this.#says : undefined);
    builder.put(this.#identity, to);
    for (let c = identityColumns; c < columns.length; c++) {
      const column = columns[c]!;
      builder.ensure(this.#room(batch, index, column));
      const next = this.#encodeCell(batch, index, column, builder.buffer, builder.position);
      if (next < 0) {
        builder.position = begun;
        return this.#refuse(
          batch,
          index,
          [encodeTeller(this.#plan, batch, index, column, next)],
          builder,
          blank ? 0 : to,
        );
      }
      builder.buffer[next] = 0x09;
      builder.position = next + 1;
    }
    if (this.#seen && !blank) {
      const { a, b, c } = this.#hash;
      const earlier = this.#seen.put(a, b, c, row, onDuplicate !== 'last');
      if (earlier !== 0 && !done) {
        const pair = {
          earlier,
          earlierLine: this.#lines.lineOf(earlier),
          later: row,
          laterLine: batch.lines[index]!,
        };
        if (onDuplicate === 'fail') {
          builder.undo();
          const tell = duplicateTeller(this.#plan, batch, index, pair);
          return this.#refuse(batch, index, [tell], builder, to);
        }
        builder.addDuplicate(pair);
      }
    }
    if (done) {
      builder.undo();
      return undefined;
    }
    builder.commit(batch, row);
    return builder;
  }

  /**
   * Fills `says`; returns 0 if the row sets every field, 1 if it leaves some alone or sets defaults, and `-1 - column`
   * if a null can't be.
   */
  #judgeKinds(batch: CellBatch, index: number): number {
    const { columns, strategy } = this.#plan;
    const base = index * batch.columns.length;
    const count = this.#sourceColumns;
    let special = count < columns.length ? 1 : 0;
    for (let c = 0; c < count; c++) {
      const column = columns[c]!;
      const source = column.target.source;
      const kind = 'column' in source ? kindOf(batch, base, source.column, column) : Cell.text;
      let say = SAY_VALUE;
      if (kind === Cell.empty || kind === Cell.absent) {
        if (this.#fallbacks[c] !== undefined) say = SAY_VALUE;
        else if (column.empty === 'default' || strategy === 'replace') say = SAY_DEFAULT;
        else if (column.empty === 'leave' || kind === Cell.absent) say = SAY_LEAVE;
        else if (isRequired(column)) return -1 - c;
      } else if (kind === Cell.null && isRequired(column)) {
        return -1 - c;
      }
      if (say !== SAY_VALUE) special = 1;
      this.#says[c] = say;
    }
    return special;
  }

  /** Writes one cell, `\N` where it has no value. */
  #encodeCell(batch: CellBatch, index: number, column: StageColumn, out: Buffer, pos: number): number {
    const source = column.target.source;
    if (!('column' in source)) {
      const constant = this.#constants[column.index];
      if (constant == null) return putNull(out, pos);
      return column.encoder.text(constant, 0, constant.length, out, pos);
    }
    const base = index * batch.columns.length;
    const i = base + source.column;
    const kind = kindOf(batch, base, source.column, column);
    if (kind === Cell.text) {
      const encode = batch.typed ? column.encoder.string : column.encoder.text;
      return encode(batch.bytes, batch.start[i]!, batch.end[i]!, out, pos);
    }
    if (kind === Cell.json) return column.encoder.json(batch.bytes, batch.start[i]!, batch.end[i]!, out, pos);
    const fallback = kind === Cell.null ? undefined : this.#fallbacks[column.index];
    if (fallback === undefined) return putNull(out, pos);
    return (column.encoder.plain ?? column.encoder.text)(fallback, 0, fallback.length, out, pos);
  }

  /** A row that is no record: covered by the first partition's checkpoint, as bad rows are. */
  #passOver(batch: CellBatch, index: number, tellers: readonly IssueTeller[]): StageBuilder | undefined {
    const builder = this.#builders[0]!;
    const row = batch.firstRow + index;
    if (row <= this.#options.committed[builder.partition]!) return undefined;
    builder.passOver(batch, row, tellers);
    return builder;
  }

  #refuse(
    batch: CellBatch,
    index: number,
    tellers: readonly IssueTeller[],
    known?: StageBuilder,
    identityLength = 0,
  ): StageBuilder | undefined {
    // A row whose identity can't be read belongs to the first partition, so that exactly one checkpoint covers it.
    const builder = known ?? this.#builders[0]!;
    const row = batch.firstRow + index;
    if (row <= this.#options.committed[builder.partition]!) return undefined;
    const { strategy, columns, identityColumns } = this.#plan;
    // A mirror must remember that the record is in the source, though its row is bad.
    const identity =
      strategy === 'mirror' && identityLength > 0 ? this.#identity.subarray(0, identityLength) : undefined;
    builder.refuse(batch, row, tellers, identity, columns.length - identityColumns);
    return builder;
  }

  #room(batch: CellBatch, index: number, column: StageColumn): number {
    const source = column.target.source;
    const constant = this.#constants[column.index]?.length ?? this.#fallbacks[column.index]?.length ?? 0;
    if (!('column' in source)) return constant * column.encoder.growth + 64;
    const i = index * batch.columns.length + source.column;
    const length = source.column < batch.columns.length ? batch.end[i]! - batch.start[i]! : 0;
    return Math.max(length, constant) * column.encoder.growth + 64;
  }

  #roomForIdentity(batch: CellBatch, index: number, column: StageColumn, used: number): Buffer {
    const needed = used + this.#room(batch, index, column);
    if (needed > this.#identity.length) {
      const larger = Buffer.allocUnsafe(needed * 2);
      this.#identity.copy(larger, 0, 0, used);
      this.#identity = larger;
    }
    return this.#identity;
  }
}

function putNull(out: Buffer, pos: number): number {
  out[pos] = 0x5c;
  out[pos + 1] = 0x4e;
  return pos + 2;
}

function isRequired(column: StageColumn): boolean {
  return column.target.path.length === 1 && !column.field.nullable;
}

function constantOf(column: StageColumn): Buffer | null | undefined {
  const source = column.target.source;
  if ('column' in source) return undefined;
  return source.constant === null ? null : Buffer.from(source.constant);
}
