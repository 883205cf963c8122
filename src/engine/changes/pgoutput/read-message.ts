// A message of pgoutput from its bytes. https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
import { changesError } from '../changes-errors.js';
import { ByteReader } from './byte-reader.js';
import type { PgoutputMessage, RelationColumn, RelationMessage, RowMessage } from './pgoutput-message.js';
import { skipTuple } from './tuple-data.js';

/** `bytes`: one whole message. Throws CHANGES-108 for one that isn't as the protocol says. */
export function readMessage(bytes: Buffer): PgoutputMessage {
  const reader = new ByteReader(bytes);
  try {
    const message = readKind(reader);
    if (reader.left > 0) throw new RangeError(`${reader.left} bytes too many`);
    return message;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const kind = bytes.length === 0 ? 'an empty one' : `'${String.fromCharCode(bytes[0]!)}'`;
    throw changesError(108, {
      detail: `A message of logical replication (${kind}, ${bytes.length} bytes) ends or goes on where it should not: ${error.message}.`,
      hint: 'Is something between Dovetail and PostgreSQL that changes what is sent?',
      cause: error,
    });
  }
}

function readKind(reader: ByteReader): PgoutputMessage {
  const kind = reader.byte();
  switch (kind) {
    case LETTER.B:
      return {
        kind: 'begin',
        commitLsn: reader.uint64(),
        committedAt: reader.int64(),
        xid: reader.uint32(),
      };
    case LETTER.C:
      reader.skip(1);
      return {
        kind: 'commit',
        commitLsn: reader.uint64(),
        endLsn: reader.uint64(),
        committedAt: reader.int64(),
      };
    case LETTER.I:
    case LETTER.U:
    case LETTER.D:
      return readRow(reader, kind);
    case LETTER.R:
      return readRelation(reader);
    case LETTER.T:
      return readTruncate(reader);
    case LETTER.M: {
      const transactional = (reader.byte() & 1) === 1;
      reader.skip(8);
      const prefix = reader.text();
      return { kind: 'message', transactional, prefix, content: reader.slice(reader.uint32()) };
    }
    case LETTER.Y:
      return { kind: 'type', type: reader.uint32(), schema: reader.text(), name: reader.text() };
    case LETTER.O:
      reader.skip(8);
      return { kind: 'origin', name: reader.text() };
    default:
      throw new RangeError('no such message in version 1 of the protocol');
  }
}

function readRow(reader: ByteReader, letter: number): RowMessage {
  const relation = reader.uint32();
  let part = reader.byte();
  let before: Buffer | undefined;
  let beforeWhole = false;
  if (letter !== LETTER.I && (part === LETTER.K || part === LETTER.O)) {
    beforeWhole = part === LETTER.O;
    before = readTuple(reader);
    if (letter === LETTER.D) return { kind: 'delete', relation, before, beforeWhole, after: undefined };
    part = reader.byte();
  }
  if (part !== LETTER.N || letter === LETTER.D) throw new RangeError('an unknown part of a row');
  const after = readTuple(reader);
  return { kind: letter === LETTER.I ? 'insert' : 'update', relation, before, beforeWhole, after };
}

function readTuple(reader: ByteReader): Buffer {
  const from = reader.at;
  skipTuple(reader);
  return reader.since(from);
}

function readRelation(reader: ByteReader): RelationMessage {
  const relation = reader.uint32();
  // The schema of the system's own tables is sent as an empty text.
  const schema = reader.text() || 'pg_catalog';
  const table = reader.text();
  const identity = String.fromCharCode(reader.byte());
  const count = reader.int16();
  const columns: RelationColumn[] = [];
  for (let i = 0; i < count; i++) {
    columns.push({
      identity: (reader.byte() & 1) === 1,
      name: reader.text(),
      type: reader.uint32(),
      modifier: reader.int32(),
    });
  }
  return { kind: 'relation', relation, schema, table, identity, columns };
}

function readTruncate(reader: ByteReader): PgoutputMessage {
  const count = reader.uint32();
  reader.skip(1);
  if (count * 4 !== reader.left) throw new RangeError(`${count} tables in ${reader.left} bytes`);
  return { kind: 'truncate', relations: Array.from({ length: count }, () => reader.uint32()) };
}

const LETTER = {
  B: 0x42,
  C: 0x43,
  D: 0x44,
  I: 0x49,
  K: 0x4b,
  M: 0x4d,
  N: 0x4e,
  O: 0x4f,
  R: 0x52,
  T: 0x54,
  U: 0x55,
  Y: 0x59,
} as const;
