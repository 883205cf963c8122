// kill -9 of the server, with its workers, while batches are sent and carried out: what was accepted is done, and nothing is done twice.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../formats/seeded-random.js';
import { eventually } from './fault-process-control.js';
import { SEED } from './kill-rounds.js';
import { openServedProduct, type ServedProduct } from './served-product.js';

const KILLS = 8;
const NOTES = 12_000;

let served: ServedProduct;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-killed-batch-'));
  // No unique key but that of the database: what is written twice shows.
  const tables = `create table tag (id int generated always as identity primary key, name text not null);
    create table note (id int generated always as identity primary key, text text not null, tag_id int not null references tag,
      before_id int references note)`;
  served = await openServedProduct({ tables, args: ['start', '--data-folder', folder], cwd: folder });
}, 120_000);
afterAll(async () => {
  await served?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Notes that refer to a tag, and each fourth to the note before, all new. */
const toBody = (name: string): string =>
  JSON.stringify({
    data: Array.from({ length: NOTES }, (_, i) => ({
      type: 'notes',
      ...(i % 4 < 2 ? { lid: `n${i}` } : {}),
      attributes: { text: `${name} ${i}` },
      relationships: {
        tag: { data: { type: 'tags', lid: 't' } },
        ...(i % 4 === 1 ? { before: { data: { type: 'notes', lid: `n${i - 1}` } } } : {}),
      },
    })),
    included: [{ type: 'tags', lid: 't', attributes: { name } }],
  });

/** The address of the run; undefined if no answer came. */
async function send(url: string, name: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/notes`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${served.key}`,
        'content-type': 'application/vnd.api+json;ext="urn:dovetail:jsonapi:batch:1"',
        'idempotency-key': name,
        prefer: 'respond-async',
      },
      body: toBody(name),
    });
    const text = await response.text();
    expect(response.status, text).toBe(202);
    return response.headers.get('location')!.split('/').at(-1);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

const rowsOf = async (sql: string) => (await served.at.database.query<Record<string, string>>(sql)).rows;

describe('kill -9 of the server with its workers', () => {
  it(`loses no accepted batch, and does none twice, ${KILLS} times (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    const runs = new Map<string, string>();
    let server = await served.start();
    let [unanswered, unfinished] = [0, 0];
    for (let kill = 0; kill < KILLS; kill++) {
      const name = `batch ${kill}`.replace(' ', '-');
      const whileSending = kill % 2 === 0;
      const sent = send(server.url, name);
      if (whileSending) await sleep(random.next() * 120);
      else {
        expect(await sent).toBeDefined();
        const before = await countWritten();
        await eventually(async () => (await countWritten()) > before);
        await sleep(random.next() * 60);
      }
      server.child.kill('SIGKILL');
      const answered = await sent;
      if (answered === undefined) unanswered++;
      unfinished += (await rowsOf(`select from dovetail.runs where state in ('queued', 'running')`)).length;
      server = await served.start();
      // Sent again, whether it was answered or not: it is the same run.
      const run = await send(server.url, name);
      if (answered !== undefined) expect(run).toBe(answered);
      runs.set(name, run!);
    }
    await eventually(
      async () => (await rowsOf(`select from dovetail.runs where ended_at is null`)).length === 0,
    );
    server.child.kill('SIGKILL');

    expect(await rowsOf('select id::text from dovetail.runs')).toHaveLength(KILLS);
    for (const [name, run] of runs) {
      const [counts] = await rowsOf(
        `select r.state, sum(c.read)::text as read, sum(c.added)::text as added, sum(c.failed)::text as failed
         from dovetail.runs r join dovetail.run_checkpoints c on c.run_id = r.id where r.id = ${run} group by r.id`,
      );
      const all = String(NOTES + 1);
      expect(counts, name).toEqual({ state: 'completed', read: all, added: all, failed: '0' });
      const [told] = await rowsOf(
        `select count(*)::text as count, count(distinct place)::text as places, count(n.id)::text as found from dovetail.run_results r,
           unnest(r.places, r.keys) as u (place, key)
         left join note n on n.id::text = key and n.text = '${name} ' || (place - 1)
         where r.run_id = ${run} and r.entity = 'note'`,
      );
      expect(told, name).toEqual({ count: String(NOTES), places: String(NOTES), found: String(NOTES) });
    }
    const [written] = await rowsOf(
      `select count(*)::text as notes, count(distinct n.text)::text as texts, count(b.id)::text as linked,
         count(*) filter (where b.text <> split_part(n.text, ' ', 1) || ' ' || (split_part(n.text, ' ', 2)::int - 1))::text as wrong,
         (select count(*) from tag)::text as tags from note n left join note b on b.id = n.before_id`,
    );
    const total = KILLS * NOTES;
    expect(written).toEqual({
      notes: String(total),
      texts: String(total),
      linked: String(total / 4),
      wrong: '0',
      tags: String(KILLS),
    });
    // Copies of batches that were never accepted go with retention; those of runs are gone.
    expect(readdirSync(join(folder, 'spool')).length).toBeLessThanOrEqual(unanswered * 4);
    // A kill that met nothing would prove nothing.
    expect(unfinished).toBeGreaterThan(0);
  }, 300_000);
});

const countWritten = async (): Promise<number> =>
  Number((await rowsOf('select coalesce(sum(read), 0)::text as n from dovetail.run_checkpoints'))[0]!['n']);
