// kill -9 while records wait for others of their source, and what belongs to them with them: none is lost, none is there twice.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../formats/seeded-random.js';
import { createFaultFixture, type FaultFixture } from './fault-fixture.js';
import { eventually } from './fault-process-control.js';
import { createTreeStory, type FaultStory } from './fault-story.js';
import { SEED } from './kill-rounds.js';

const KILLS = Math.min(8, Number(process.env['DOVETAIL_FAULT_ROUNDS'] ?? '8'));
const ROWS = 4_000;
const MAPPING = `
entity: node
fields: [{ field: code, column: code }, { field: label, column: label }, { field: parent.code, column: parent.code }]
many:
  note: { fields: [{ field: position, from: n }, { field: body, column: "note {n}" }] }
`;

/** A tree of which every row has two notes, now and then one that is refused. */
function createStory(): FaultStory {
  const tree = createTreeStory(ROWS, 20_268);
  const [header, ...lines] = tree.source.trim().split('\n');
  return {
    ...tree,
    tables: `${tree.tables};
      create table note (id bigint generated always as identity primary key, node_id int not null references node, position int not null,
        body text not null check (body <> 'bad'), unique (node_id, position))`,
    fill: tree.fill.replace('truncate node', 'truncate note, node'),
    snapshot: `select concat_ws('|', n.code, n.label, p.code, (select string_agg(body, ',' order by position) from note where node_id = n.id))
      from node n left join node p on p.id = n.parent_id order by 1`,
    source: `${[`${header},note 1,note 2`, ...lines.map((line, i) => `${line},a${i},${i % 97 === 5 ? 'bad' : `b${i}`}`)].join('\n')}\n`,
  };
}

let at: FaultFixture;
beforeAll(async () => {
  at = await createFaultFixture(createStory());
});
afterAll(() => at?.drop());

const readNumber = async (sql: string): Promise<number> =>
  Number((await at.database.query<{ n: string }>(sql)).rows[0]!.n);
const parts = async (run: string) =>
  (
    await at.database.query(
      `select part, added, updated, unchanged, deleted, failed from dovetail.run_parts where run_id = ${run}`,
    )
  ).rows;

describe('kill -9 of an import whose records wait', () => {
  it(`leaves what belongs to them waiting too, ${KILLS} times (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    const mapping = join(at.folder, 'mapping.yaml');
    await writeFile(mapping, MAPPING);
    const run = await at.createRun({ mapping });
    const done = () => readNumber('select count(*) as n from note');
    const waiting = () =>
      readNumber('select count(*) as n from dovetail.run_postponed where parts is not null');
    let [kills, whileWaiting] = [0, 0];
    for (let left = KILLS; left > 0 && !(await at.isOver(run)); left--) {
      const process = at.command(['runs', 'resume', run, '--json']);
      const before = await done();
      const target = before + 1 + random.next() * ((2 * ROWS - before) / (left + 1));
      await eventually(async () => (await done()) >= target || at.isOver(run));
      await process.kill();
      if (await at.isOver(run)) break;
      await at.abandoned(run);
      kills++;
      if ((await waiting()) > 0) whileWaiting++;
    }
    while (!(await at.isOver(run))) {
      const process = at.command(['runs', 'resume', run, '--json']);
      await process.ended;
      if (!(await at.isOver(run))) await at.abandoned(run);
    }
    expect(whileWaiting).toBeGreaterThan(0);
    expect(kills).toBeGreaterThan(0);
    const [outcome, ofParts] = [await at.readOutcome(run), await parts(run)];
    expect(outcome.state).toBe('completed_with_errors');
    const other = await at.undisturbed(run);
    expect(outcome).toEqual(other);
    expect(ofParts).toEqual(await parts(await at.lastRun()));
    expect(await waiting()).toBe(0);
  }, 180_000);
});
