// Messages as a PostgreSQL 18 sent them, and as nobody should.
import { describe, expect, it } from 'vitest';
import { readMessage } from './read-message.js';
import { readTuple, toTuple, UNCHANGED } from './tuple-data.js';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

/** Recorded: create table t (id int primary key, name text); insert, update of the key, delete, truncate, a message. */
const RECORDED = {
  begin: hex('42 0000000001a2b3c8 0002f0c7e25b1a40 000002f1'),
  relation: hex(
    '52 00004005 7075626c696300 7400 64 0002 01 696400 00000017 ffffffff 00 6e616d6500 00000019 ffffffff',
  ),
  insert: hex('49 00004005 4e 0002 74 00000001 31 74 00000002 c3a4'),
  update: hex('55 00004005 4b 0002 74 00000001 31 6e 4e 0002 74 00000001 32 75'),
  full: hex('55 00004005 4f 0002 74 00000001 31 6e 4e 0002 74 00000001 31 74 00000001 78'),
  remove: hex('44 00004005 4b 0002 74 00000001 32 6e'),
  truncate: hex('54 00000002 01 00004005 00004006'),
  message: hex('4d 01 0000000001a2b3c8 646f7665 7461696c 00 00000002 7b7d'),
  commit: hex('43 00 0000000001a2b3c8 0000000001a2b3f8 0002f0c7e25b1a40'),
  type: hex('59 00004010 7075626c696300 6d6f6f6400'),
  origin: hex('4f 0000000000000010 656c7365776865726500'),
};

describe('a message of pgoutput', () => {
  it('is read as what it says', () => {
    expect(readMessage(RECORDED.begin)).toEqual({
      kind: 'begin',
      commitLsn: 0x1a2b3c8n,
      committedAt: 0x2f0c7e25b1a40n,
      xid: 753,
    });
    expect(readMessage(RECORDED.relation)).toEqual({
      kind: 'relation',
      relation: 0x4005,
      schema: 'public',
      table: 't',
      identity: 'd',
      columns: [
        { name: 'id', type: 23, modifier: -1, identity: true },
        { name: 'name', type: 25, modifier: -1, identity: false },
      ],
    });
    const insert = readMessage(RECORDED.insert);
    expect(insert).toMatchObject({ kind: 'insert', relation: 0x4005, before: undefined });
    expect(insert.kind === 'insert' && readTuple(insert.after!)).toEqual(['1', 'ä']);
    const update = readMessage(RECORDED.update);
    expect(update).toMatchObject({ kind: 'update', beforeWhole: false });
    expect(update.kind === 'update' && readTuple(update.after!)).toEqual(['2', UNCHANGED]);
    expect(update.kind === 'update' && readTuple(update.before!)).toEqual(['1', null]);
    expect(readMessage(RECORDED.full)).toMatchObject({ beforeWhole: true });
    expect(readMessage(RECORDED.remove)).toMatchObject({ kind: 'delete', after: undefined });
    expect(readMessage(RECORDED.truncate)).toEqual({ kind: 'truncate', relations: [0x4005, 0x4006] });
    expect(readMessage(RECORDED.message)).toMatchObject({
      kind: 'message',
      transactional: true,
      prefix: 'dovetail',
      content: Buffer.from('{}'),
    });
    expect(readMessage(RECORDED.commit)).toMatchObject({ kind: 'commit', endLsn: 0x1a2b3f8n });
    expect(readMessage(RECORDED.type)).toMatchObject({ kind: 'type', name: 'mood' });
    expect(readMessage(RECORDED.origin)).toEqual({ kind: 'origin', name: 'elsewhere' });
  });

  it('that ends too soon, or has bytes too many, is refused wherever it was cut', () => {
    for (const [name, bytes] of Object.entries(RECORDED)) {
      for (let length = 0; length < bytes.length; length++) {
        expect(() => readMessage(bytes.subarray(0, length)), `${name} ${length}`).toThrow(/CHANGES-108/);
      }
      expect(() => readMessage(Buffer.concat([bytes, Buffer.from([0])])), name).toThrow(/CHANGES-108/);
    }
  });

  it('with sizes that lie is refused without taking memory for them', () => {
    for (const bytes of [
      hex('49 00004005 4e 0001 74 7fffffff 31'),
      hex('49 00004005 4e 0001 74 ffffffff 31'),
      hex('49 00004005 4e 7fff 6e'),
      hex('49 00004005 4e 0001 7a'),
      hex('49 00004005 4b 0001 6e'),
      hex('54 ffffffff 00'),
      hex('4d 01 0000000000000000 00 ffffffff'),
      hex('53 00'),
      Buffer.alloc(0),
    ]) {
      expect(() => readMessage(bytes)).toThrow(/CHANGES-108/);
    }
  });
});

describe('a tuple', () => {
  it('is made and read the same', () => {
    const values = [Buffer.from('ä'), null, UNCHANGED, Buffer.alloc(0)] as const;
    expect(readTuple(toTuple(values))).toEqual(['ä', null, UNCHANGED, '']);
  });
});
