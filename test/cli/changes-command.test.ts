// `dovetail changes` and `dovetail stream`, held against a log of three entries.
import { describe, expect, it } from 'vitest';
import type { CliApp } from '../../src/cli/cli-app.js';
import { runCli } from '../../src/cli/run-cli.js';
import type { Change, ChangeLog, StreamEntry, StreamEvent } from '../../src/engine/changes/index.js';
import { createStage } from './cli-stage.js';

const at = (lsn: bigint) => ({ epoch: 1, lsn, ordinal: 1 });
const transaction = {
  id: '7',
  committedAt: '2026-01-31T08:00:00.000000Z',
  origin: { kind: 'user', id: 'ada' },
} as const;
const change: Change = {
  kind: 'change',
  position: at(2n),
  operation: 'update',
  table: { schema: 'public', table: 'product' },
  key: ['1'],
  after: new Map([
    ['id', '1'],
    ['price', '8.00'],
  ]),
  transaction,
};
const ENTRIES: readonly StreamEntry[] = [
  { kind: 'gap', position: at(1n), reason: 'The stream begins', at: transaction.committedAt },
  change,
];

const log = {
  readTail: async () => at(0n),
  readHead: async () => at(0n),
  findTime: async () => at(1n),
  readAfter: async (position: { lsn: bigint }, { limit = 1_000 } = {}) => {
    if (position.lsn === 9n) return { kind: 'expired', tail: at(1n) };
    const entries = ENTRIES.filter((one) => one.position.lsn > position.lsn).slice(0, limit);
    const next = entries.at(-1)?.position ?? position;
    return { kind: 'page', entries, next, isLast: next.lsn === 2n };
  },
} as unknown as ChangeLog;

function stageWith(events: readonly StreamEvent[] = []) {
  return createStage({
    createApp: async () =>
      ({
        prepare: async () => {},
        close: async () => {},
        changes: {
          log,
          runStream: async ({ tell }: { tell: (event: StreamEvent) => void }) => events.forEach(tell),
        },
      }) as unknown as CliApp,
  });
}
async function run(...words: string[]) {
  const stage = stageWith();
  const code = await runCli(['changes', 'list', ...words], stage.host);
  return { code, out: stage.stdout(), err: stage.stderr() };
}

describe('changes list', () => {
  it('tells each entry in a line, and how to go on', async () => {
    expect((await run()).out.split('\n')).toEqual([
      '1-0000000000000001-00000001  gap  The stream begins',
      '1-0000000000000002-00000001  update  product  1  id=1 price=8.00  by user ada',
      '',
    ]);
    expect((await run('--limit', '1')).out).toContain('More: --after 1-0000000000000001-00000001');
    expect((await run('--since', '2026-01-31T08:00:00Z')).out).not.toContain('gap');
  });

  it('tells all values to scripts', async () => {
    expect(JSON.parse((await run('--json', '--after', '1-1-1')).out)).toEqual({
      changes: [
        {
          position: '1-0000000000000002-00000001',
          operation: 'update',
          table: { schema: 'public', table: 'product' },
          key: ['1'],
          after: { id: '1', price: '8.00' },
          transaction,
        },
      ],
      next: '1-0000000000000002-00000001',
      isLast: true,
    });
  });

  it('refuses what is no position or moment, and says from where on there is something', async () => {
    expect(await run('--after', 'x')).toMatchObject({
      code: 2,
      err: expect.stringContaining('takes a position'),
    });
    expect(await run('--since', 'soon')).toMatchObject({
      code: 2,
      err: expect.stringContaining('takes a moment'),
    });
    const late = await run('--after', '1-9-1');
    expect(late.err).toContain('CHANGES-112');
    expect(late.err).toContain('1-0000000000000001-00000001');
  });
});

describe('stream', () => {
  it('says what happens, a line each', async () => {
    const stage = stageWith([{ event: 'leading' }, { event: 'following', epoch: 1, slot: 's', tables: 2 }]);
    expect(await runCli(['stream'], stage.host)).toBe(0);
    expect(stage.stderr()).toContain('Following the changes of 2 tables');
    const json = stageWith([{ event: 'leading' }]);
    await runCli(['stream', '--json'], json.host);
    expect(JSON.parse(json.stdout())).toMatchObject({ event: 'leading' });
  });
});
