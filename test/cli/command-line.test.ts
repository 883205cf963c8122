// The command line as such: help, usage errors, exit codes, JSON, colours, pipes.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExitCode, listExitCodes } from '../../src/cli/exit-codes.js';
import { errorRegister } from '../../src/foundation/errors/dovetail-error.js';
import { appWith, runOnStage } from './cli-stage.js';

const COMMANDS: readonly (readonly string[])[] = [
  [],
  ['demo'],
  ['init'],
  ['entities'],
  ['entities', 'list'],
  ['entities', 'show'],
  ['inspect'],
  ['import'],
  ['export'],
  ['mapping'],
  ['mapping', 'list'],
  ['mapping', 'suggest'],
  ['mapping', 'check'],
  ['mapping', 'save'],
  ['mapping', 'show'],
  ['mapping', 'delete'],
  ['exports'],
  ['exports', 'list'],
  ['exports', 'show'],
  ['exports', 'save'],
  ['exports', 'delete'],
  ['runs'],
  ['runs', 'list'],
  ['runs', 'show'],
  ['runs', 'cancel'],
  ['runs', 'resume'],
  ['runs', 'errors'],
  ['load'],
  ['load', 'apply'],
  ['load', 'status'],
  ['load', 'forget'],
  ['load', 'accept'],
  ['runs', 'undo'],
  ['runs', 'repeat'],
  ['runs', 'prune'],
  ['schedules'],
  ['schedules', 'list'],
  ['schedules', 'add'],
  ['schedules', 'add', 'import'],
  ['schedules', 'add', 'export'],
  ['schedules', 'show'],
  ['schedules', 'pause'],
  ['schedules', 'resume'],
  ['schedules', 'run'],
  ['schedules', 'remove'],
  ['watch'],
  ['unwatch'],
  ['roles'],
  ['roles', 'list'],
  ['roles', 'show'],
  ['roles', 'create'],
  ['roles', 'change'],
  ['roles', 'grant'],
  ['roles', 'revoke'],
  ['roles', 'field'],
  ['roles', 'delete'],
  ['users'],
  ['users', 'list'],
  ['users', 'show'],
  ['users', 'create'],
  ['users', 'change'],
  ['users', 'invite'],
  ['users', 'grant'],
  ['users', 'revoke'],
  ['users', 'disable'],
  ['users', 'enable'],
  ['users', 'delete'],
  ['users', 'password'],
  ['clients'],
  ['clients', 'list'],
  ['clients', 'show'],
  ['clients', 'create'],
  ['clients', 'change'],
  ['clients', 'grant'],
  ['clients', 'revoke'],
  ['clients', 'disable'],
  ['clients', 'enable'],
  ['clients', 'delete'],
  ['clients', 'oauth'],
  ['units'],
  ['units', 'list'],
  ['units', 'create'],
  ['units', 'change'],
  ['units', 'delete'],
  ['clients', 'keys'],
  ['clients', 'keys', 'list'],
  ['clients', 'keys', 'create'],
  ['clients', 'keys', 'rotate'],
  ['clients', 'keys', 'revoke'],
  ['alerts'],
  ['alerts', 'list'],
  ['alerts', 'show'],
  ['alerts', 'acknowledge'],
  ['alerts', 'resolve'],
  ['alerts', 'cleanup'],
  ['start'],
  ['serve'],
  ['work'],
  ['stream'],
  ['changes'],
  ['changes', 'list'],
  ['changes', 'tail'],
  ['doctor'],
  ['uninstall'],
  ['files'],
  ['files', 'prune'],
];
const ESCAPE = '\u001b[';
const fails = errorRegister('TEST', {
  1: { title: 'Refused', consequence: 'stop' },
  2: { title: 'Unsure', consequence: 'ask' },
});
const failing = (error: unknown) => appWith({ readRuns: () => Promise.reject(error) });

describe('help', () => {
  it.each(COMMANDS.map((command) => ['dovetail', ...command].join(' ')))(
    'is as written: %s',
    async (words) => {
      const ran = await runOnStage([...words.split(' ').slice(1), '--help']);
      expect(ran.code).toBe(0);
      expect(ran.stderr).toBe('');
      const file = join(import.meta.dirname, 'golden', `${words.replaceAll(' ', '-')}.txt`);
      await expect(ran.stdout).toMatchFileSnapshot(file);
    },
  );

  it('has examples and exit codes on the page of every command', async () => {
    for (const command of COMMANDS.filter((words) => words.length > 0)) {
      const { stdout } = await runOnStage([...command, '--help']);
      expect(stdout, command.join(' ')).toContain('Examples:');
      expect(stdout, command.join(' ')).toContain('Exit codes:');
    }
  });

  it('is what you get without a command', async () => {
    const ran = await runOnStage([]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('Usage: dovetail');
  });

  it('fits the terminal', async () => {
    const ran = await runOnStage(['import', '--help'], { terminal: 90, env: { NO_COLOR: '1' } });
    expect(Math.max(...ran.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(108);
    const options = ran.stdout.slice(0, ran.stdout.indexOf('Examples:')).split('\n');
    expect(Math.max(...options.map((line) => line.length))).toBeLessThanOrEqual(90);
  });

  it('prints the version', async () => {
    expect(await runOnStage(['--version'])).toMatchObject({ code: 0, stdout: '1.2.3\n' });
  });

  it('tells every exit code once', () => {
    const codes = listExitCodes().map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)]);
    expect(codes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('a wrong command line', () => {
  it.each([
    [['improt'], 'Did you mean import?'],
    [['runs', 'shwo', '3'], 'Did you mean show?'],
    [['entities', 'shw'], 'Did you mean show?'],
    [['import', 'x.csv', '--strateg', 'add'], 'Did you mean --strategy?'],
    [['import', 'x.csv', '--strategy', 'upsert'], 'Allowed choices are add, update'],
    [['import', 'x.csv', '--max-errors', 'many'], '100 or 5%'],
    [['import', 'x.csv', '--writers', '0'], 'at least 1'],
    [['runs', '--before', 'x'], 'the number of a run'],
    [['runs', '--before', '9223372036854775808'], 'the number of a run'],
    [['import'], "missing required argument 'file'"],
  ])('%j: exit 2 and a word on what would be right', async (argv, says) => {
    const ran = await runOnStage(argv, { createApp: appWith({}) });
    expect(ran.code).toBe(ExitCode.usage);
    expect(ran.stdout).toBe('');
    expect(ran.stderr.toLowerCase()).toContain(says.toLowerCase());
    expect(ran.stderr).toContain('CLI-101');
  });

  it('is one JSON document with --json', async () => {
    const ran = await runOnStage(['runs', '--lmit', '3', '--json']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toBe('');
    expect(JSON.parse(ran.stdout)).toMatchObject({
      error: { code: 'CLI-101', hint: 'Did you mean --limit?' },
      exitCode: 2,
    });
  });
});

it('an export to standard output refuses to mix its records with a JSON report', async () => {
  const ran = await runOnStage(['export', 'product', '--json'], { createApp: appWith({}) });
  expect(ran.code).toBe(ExitCode.usage);
  expect(JSON.parse(ran.stdout).error.detail).toContain('not both');
});

describe('errors of a command', () => {
  it('say what, where, why, what to do, and the code', async () => {
    const error = fails(1, {
      detail: 'Price is not a number.',
      hint: 'Write 1.50.',
      pointer: { file: 'p.csv', line: 12, column: 'Price', entity: 'product', field: 'price' },
    });
    const ran = await runOnStage(['runs'], { createApp: failing(error) });
    expect(ran.code).toBe(ExitCode.refused);
    expect(ran.stderr).toBe(
      [
        'Error  Refused',
        '  where  p.csv:12, column "Price", product.price',
        '  why    Price is not a number.',
        '  do     Write 1.50.',
        '  code   TEST-1',
        '',
      ].join('\n'),
    );
  });

  it('that need an answer exit with 8', async () => {
    const ran = await runOnStage(['runs'], { createApp: failing(fails(2, { detail: 'Sure?' })) });
    expect(ran.code).toBe(ExitCode.needsAnswer);
  });

  it('of the connection exit with 7 and never show the password', async () => {
    const url = 'postgres://joe:hunter2@127.0.0.1:1/shop';
    for (const flags of [[], ['--json'], ['--debug']]) {
      const ran = await runOnStage(['entities', '--database', url, ...flags]);
      expect(ran.code).toBe(ExitCode.unreachable);
      expect(ran.stdout + ran.stderr).toContain('APP-101');
      expect(ran.stdout + ran.stderr).not.toContain('hunter2');
    }
  });

  it('that nobody expected ask to be reported, and show their stack only with --debug', async () => {
    const createApp = failing(new TypeError('x is not a function'));
    const plain = await runOnStage(['runs'], { createApp });
    expect(plain.code).toBe(ExitCode.unexpected);
    expect(plain.stderr).toContain('report');
    expect(plain.stderr).not.toContain('command-line.test');
    const debug = await runOnStage(['runs', '--debug'], { createApp });
    expect(debug.stderr).toContain('command-line.test');
  });

  it('cannot steer the terminal', async () => {
    const createApp = failing(fails(1, { detail: 'The value is \u001b[2Jevil\u0007' }));
    const ran = await runOnStage(['runs'], { createApp, terminal: 80, env: { NO_COLOR: '1' } });
    expect(ran.stderr).not.toContain('\u001b');
    expect(ran.stderr).toContain('␛[2Jevil␇');
  });
});

describe('colours', () => {
  const createApp = appWith({ cancelRun: () => Promise.reject(fails(1, { detail: 'No.' })) });
  it.each<[string, string[], Record<string, string>, number | undefined, boolean]>([
    ['on a terminal', [], {}, 80, true],
    ['not in a pipe', [], {}, undefined, false],
    ['not with NO_COLOR', [], { NO_COLOR: '1' }, 80, false],
    ['not with --no-color', ['--no-color'], {}, 80, false],
    ['not on a dumb terminal', [], { TERM: 'dumb' }, 80, false],
    ['in a pipe with FORCE_COLOR', [], { FORCE_COLOR: '1' }, undefined, true],
    ['not with FORCE_COLOR=0', [], { FORCE_COLOR: '0' }, 80, false],
  ])('%s', async (_name, flags, env, terminal, coloured) => {
    const ran = await runOnStage(['runs', 'cancel', '1', ...flags], {
      createApp,
      env,
      ...(terminal === undefined ? {} : { terminal }),
    });
    expect(ran.stderr.includes(ESCAPE)).toBe(coloured);
  });
});

describe('a pipe whose reader has gone', () => {
  it('ends the command quietly', async () => {
    const closed: string[] = [];
    const issues = Array.from(
      { length: 500 },
      (_, i) => ({ severity: 'error', line: i, code: 'X', message: 'bad' }) as const,
    );
    const createApp = appWith(
      {
        async *listIssues() {
          yield* issues;
        },
      },
      closed,
    );
    const ran = await runOnStage(['runs', 'errors', '1'], { createApp, stdoutBreaksAfter: 100 });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(closed).toEqual(['closed']);
  });

  it('stops an export instead of writing into nothing', async () => {
    let aborted = false;
    const createApp = appWith({
      export: (call) =>
        new Promise((_resolve, reject) => {
          call.signal.addEventListener('abort', () => {
            aborted = true;
            reject(new Error('aborted'));
          });
          if ('stream' in call.target) call.target.stream.write('sku,name\n'.repeat(100));
        }),
    });
    const ran = await runOnStage(['export', 'product'], { createApp, stdoutBreaksAfter: 100 });
    expect(aborted).toBe(true);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
  });
});
