// kill -9 on one machine, the rest of the import on another: the copy of standard input lies in a storage that both reach.
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { S3_KEYS, type S3TestServer, startS3Server } from '../support/s3-server.js';
import { createFaultFixture, type FaultFixture } from './fault-fixture.js';
import { eventually } from './fault-process-control.js';
import { createArticleStory } from './fault-story.js';

const articles = createArticleStory(6_000, 20_268);
const env = { RUN_FILES_SECRET: S3_KEYS.secretAccessKey };
let server: S3TestServer;
let at: FaultFixture;
let config: string;
beforeAll(async () => {
  server = await startS3Server('run-files');
  at = await createFaultFixture(articles);
  config = join(at.folder, 'dovetail.config.json');
  const { accessKeyId } = S3_KEYS;
  const shared = { kind: 's3', bucket: 'run-files', endpoint: server.endpoint, accessKeyId };
  const content = {
    storages: { shared: { ...shared, secretAccessKey: '{env:RUN_FILES_SECRET}' } },
    allowAddresses: [`127.0.0.1:${server.port}`],
    runFiles: 'shared',
  };
  await writeFile(config, JSON.stringify(content));
});
afterAll(async () => {
  await at?.drop();
  await server?.stop();
});

it('an import from standard input that was killed is resumed where nothing of it ever lay', async () => {
  const data = join(at.folder, 'data');
  const before = await at.lastRun();
  const args = ['import', '-', '--entity', 'article', '--json', '--config', config];
  const first = at.command(args, { stdin: true, env });
  first.child.stdin!.end(articles.source);
  const run = await at.newRun(before);
  await eventually(async () => (await at.readRows(run)) > 0);
  await first.kill();
  await at.abandoned(run);
  expect(await at.readRows(run)).toBeLessThan(articles.rows);
  expect([...server.objects.keys()]).toHaveLength(1);
  // The machine is gone, with its disk.
  await rename(data, `${data}.gone`);
  await mkdir(data);
  const second = at.command(['runs', 'resume', run, '--json', '--config', config], { env });
  expect((await second.ended).code, second.said()).toBe(4);
  expect(await readdir(join(data, 'spool'))).toEqual([]);
  expect([...server.objects.keys()]).toEqual([`dovetail-runs/failed/${run}-failed.csv`]);
  expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
});
