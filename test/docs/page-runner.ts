// Does what a page tells its reader to do: writes the files it shows, runs its commands, and compares what they print.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setUpDatabase } from '../../src/app-setup.js';
import { createTestDatabase } from '../support/test-database.js';
import { readProductEntry } from './built-product.js';
import { type Block, readBlocks, readPlace } from './markdown-blocks.js';

const ROOT = join(import.meta.dirname, '..', '..');

/** Ends what hangs; decides over nothing else. */
const LONGEST_MS = 120_000;
const SHOWN_LINES = 60;

export interface PageRun {
  readonly commands: number;
  readonly outputs: number;
}

/**
 * Runs a page in a folder and a database of its own. Marks of its blocks:
 * `sh run`, `sh run exit=4`, `sh run background` (stopped at the end), `sh run retry` (until it prints what is shown);
 * `text output`: lines that the command above prints, in this order, with `…` for anything;
 * `csv file=NAME`, or any other language: a file the reader makes.
 * `<!-- runs-in: shop -->` is the demo shop as the demo leaves it, `own-database` the same before `dovetail init`.
 * `story` is a folder whose files lie there already; one with a package of its own has that package's programs too. Throws with the page's line where something is not as the page says.
 */
export async function runPage(markdown: string, story?: string): Promise<PageRun> {
  const place = readPlace(markdown);
  const blocks = readBlocks(markdown);
  if (place === undefined) throw new Error('the page does not say where it runs: <!-- runs-in: shop -->');
  const entry = readProductEntry();
  const test = await createTestDatabase('shop');
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-page-'));
  const background: ChildProcess[] = [];
  try {
    const reader = prepareReader(folder, { url: test.url, entry, story });
    // What `dovetail init --yes` does.
    if (place === 'shop') await setUpDatabase(test.database);
    let commands = 0;
    let outputs = 0;
    for (const [index, block] of blocks.entries()) {
      const next = blocks[index + 1];
      const output = next !== undefined && 'output' in next.marks ? next : undefined;
      try {
        if (block.marks['file'] !== undefined) writeShownFile(reader.cwd, block);
        if (!('run' in block.marks)) continue;
        commands += 1;
        if (output !== undefined) outputs += 1;
        if ('background' in block.marks) background.push(startShell(block.text, reader));
        else await runBlock(block, output, reader);
      } catch (error) {
        throw new Error(`line ${block.line}: ${(error as Error).message}`);
      }
    }
    return { commands, outputs };
  } finally {
    for (const child of background) await stop(child);
    rmSync(folder, { recursive: true, force: true });
    await test.drop();
  }
}

interface Reader {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A folder to work in, as deep as a story lies in a clone, and an `npx` that runs this product. */
function prepareReader(
  folder: string,
  about: { readonly url: string; readonly entry: string; readonly story: string | undefined },
): Reader {
  const { url, entry, story } = about;
  const cwd = join(folder, 'clone', 'examples', 'work');
  mkdirSync(cwd, { recursive: true });
  if (story !== undefined)
    cpSync(story, cwd, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  const packaged = story !== undefined && existsSync(join(story, 'package.json'));
  if (packaged) linkPackages(story, cwd);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const npx = join(bin, 'npx');
  writeFileSync(
    npx,
    `#!/bin/sh\nname=$1; shift\n[ "$name" != dovetail ] || exec "${process.execPath}" "${entry}" "$@"\n` +
      `for bin in ${packaged ? PROGRAMS.join(' ') : ''}; do [ ! -x "$bin/$name" ] || exec "$bin/$name" "$@"; done\n` +
      `echo "npx $name: not in the docs" >&2; exit 127\n`,
  );
  chmodSync(npx, 0o755);
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  return {
    cwd,
    env: {
      PATH: `${bin}:${dirname(process.execPath)}:${PATH}`,
      HOME,
      DATABASE_URL: url,
      NO_COLOR: '1',
      ...(TMPDIR === undefined ? {} : { TMPDIR }),
    },
  };
}

/** Where npm puts the programs of a package that is part of a project: beside it, or beside the project. */
const PROGRAMS = ['node_modules/.bin', '../../node_modules/.bin'];

function linkPackages(story: string, cwd: string): void {
  const own = join(story, 'node_modules');
  if (existsSync(own)) symlinkSync(own, join(cwd, 'node_modules'));
  symlinkSync(join(ROOT, 'node_modules'), join(cwd, '..', '..', 'node_modules'));
}

function writeShownFile(cwd: string, block: Block): void {
  const path = join(cwd, block.marks['file']!);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, block.text);
}

async function runBlock(block: Block, output: Block | undefined, reader: Reader): Promise<void> {
  const code = Number(block.marks['exit'] ?? 0);
  const end = Date.now() + LONGEST_MS;
  for (;;) {
    const said = await runShell(block.text, reader, code);
    const missing = output === undefined ? undefined : findMissingLine(output.text, said);
    if (missing === undefined) return;
    if (!('retry' in block.marks) || Date.now() > end) {
      throw new Error(`the page shows a line that was not printed: ${missing}\n--- printed:\n${head(said)}`);
    }
  }
}

/** The first line of the page's output that is not among those printed, after the ones before it. */
export function findMissingLine(shown: string, printed: string): string | undefined {
  const lines = printed.split('\n');
  let from = 0;
  for (const line of shown.split('\n')) {
    if (line.trim() === '' || line.trim() === '…') continue;
    const parts = line
      .trim()
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp(`^${parts.join('.*').replaceAll(/\s+/g, '\\s+')}$`);
    const at = lines.findIndex((candidate, index) => index >= from && pattern.test(candidate.trim()));
    if (at < 0) return line;
    from = at + 1;
  }
  return undefined;
}

function startShell(script: string, reader: Reader): ChildProcess {
  return spawn('bash', ['-c', `set -e -o pipefail\n${script}`], {
    ...reader,
    detached: true,
    stdio: 'ignore',
  });
}

async function runShell(script: string, reader: Reader, code: number): Promise<string> {
  const child = spawn('bash', ['-c', `set -e -o pipefail\n${script}`], {
    ...reader,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  const ended = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  if (ended === code) return said;
  throw new Error(`${script.trim()}\nended with ${ended}, not ${code}:\n${head(said)}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const closed = new Promise((resolve) => child.on('close', resolve));
  process.kill(-child.pid, 'SIGTERM');
  await closed;
}

function head(text: string): string {
  return text.split('\n').slice(0, SHOWN_LINES).join('\n');
}
