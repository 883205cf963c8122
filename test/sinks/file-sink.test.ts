// The sink `file`: the published suite, days and sizes, and what a crash leaves.
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SinkRooms } from '../../src/doors/subscriptions/sink.js';
import { FILE } from '../../src/doors/subscriptions/sinks/file/file-manifest.js';
import type { FileSettings } from '../../src/doors/subscriptions/sinks/file/file-settings.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { listSinkCases, type SinkStage, toTestMessage } from '../../src/testing/sink-suite.js';

const top = mkdtempSync(join(tmpdir(), 'dovetail-file-sink-'));
afterAll(() => rmSync(top, { recursive: true, force: true }));
let made = 0;

async function open(changes: Partial<FileSettings> = {}, now?: () => Date) {
  const folder = changes.folder ?? join(top, `folder-${++made}`);
  mkdirSync(folder, { recursive: true });
  const rooms: SinkRooms = {
    clock: now === undefined ? systemClock : { ...systemClock, now },
    allow: [],
    folders: [top],
  };
  const settings: FileSettings = { name: 'changes', mostBytes: 1_000_000, ...changes, folder };
  await FILE.check(settings, rooms);
  const sink = await FILE.open(settings, rooms);
  const files = () => readdirSync(folder).sort();
  const lines = () =>
    files().flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1));
  return { folder, sink, files, lines };
}
const deliver = ({ sink }: Pick<SinkStage, 'sink'>, ...records: string[]) =>
  sink.deliver(
    records.map((record) => toTestMessage(record, { record })),
    new AbortController().signal,
  );

describe('a file keeps the contract of a sink', () => {
  it.each(
    listSinkCases(async () => {
      const { sink, lines, folder } = await open();
      return {
        sink,
        readStored: async () => lines(),
        knowsRepeats: false,
        batch: 1_000,
        secrets: [],
        leave: async () => {
          await sink.close();
          renameSync(folder, `${folder}-away`);
        },
        comeBack: async () => {
          renameSync(`${folder}-away`, folder);
        },
        close: async () => {},
      };
    }),
  )('$name', ({ check }) => check());
});

describe('files of changes', () => {
  it('begin anew each day and where one is full, and are gone on with after a restart', async () => {
    let now = new Date('2026-11-28T23:59:59Z');
    const first = await open({ mostBytes: 1_000 }, () => now);
    await deliver(first, 'items/1');
    await first.sink.close();
    const again = await open({ folder: first.folder, mostBytes: 1_000 }, () => now);
    await deliver(again, ...Array.from({ length: 50 }, (_, i) => `items/${i}`));
    await deliver(again, 'items/2');
    now = new Date('2026-11-29T00:00:00Z');
    await deliver(again, 'items/3');
    expect(again.files()).toEqual([
      'changes-2026-11-28-001.ndjson',
      'changes-2026-11-28-002.ndjson',
      'changes-2026-11-29-001.ndjson',
    ]);
    expect(again.lines()).toHaveLength(53);
    await again.sink.close();
  });

  it('have whole lines only, also after a crash in the middle of one', async () => {
    const before = await open();
    await deliver(before, 'items/1');
    await before.sink.close();
    appendFileSync(join(before.folder, before.files()[0]!), '{"record":"items/2","torn');
    const after = await open({ folder: before.folder });
    await deliver(after, 'items/2');
    expect(after.lines().map((line) => JSON.parse(line))).toEqual([
      { record: 'items/1' },
      { record: 'items/2' },
    ]);
    await after.sink.close();
  });

  it('lie under configured folders only, links resolved', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'dovetail-outside-'));
    symlinkSync(outside, join(top, 'link'));
    for (const folder of [outside, join(top, 'link'), join(top, '..'), 'relative'])
      await expect(
        FILE.check(
          { folder, name: 'changes', mostBytes: 1_000 },
          { clock: systemClock, allow: [], folders: [top] },
        ),
      ).rejects.toMatchObject({ code: 'SUBSCRIPTIONS-104' });
    rmSync(outside, { recursive: true });
  });

  it('do not follow a link that lies in their place', async () => {
    const { sink, folder } = await open({}, () => new Date('2026-11-28T12:00:00Z'));
    symlinkSync(join(top, 'elsewhere'), join(folder, 'changes-2026-11-28-001.ndjson'));
    expect((await deliver({ sink }, 'items/1'))[0]).toMatchObject({ kind: 'retry', endpoint: true });
    await sink.close();
  });
});
