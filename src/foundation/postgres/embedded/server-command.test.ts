import { describe, expect, it } from 'vitest';
import { runAs } from './server-command.js';

const sh = (script: string) => runAs(undefined, '/bin/sh', ['-c', script]);

describe.skipIf(process.platform === 'win32')('a command', () => {
  it('is told with all it said, also what was still in the pipe when it ended', async () => {
    const { code, output } = await sh('yes 123456789 | head -c 200000; exit 3');
    expect(code).toBe(3);
    expect(output.length).toBe(199_999);
  });

  it('that was killed is told with its signal', async () => {
    expect(await sh('echo begun; kill -KILL $$')).toEqual({
      code: -1,
      output: 'begun\nsh was ended by SIGKILL.',
    });
  });

  it('that leaves a daemon with the pipe is not waited for', async () => {
    const { code, output } = await sh('sleep 30 & echo $!');
    process.kill(Number(output), 'SIGKILL');
    expect(code).toBe(0);
  });

  it('that is not there is told so', async () => {
    expect(await runAs(undefined, '/nowhere/pg_ctl', [])).toMatchObject({
      code: -1,
      output: expect.stringContaining('ENOENT'),
    });
  });
});
