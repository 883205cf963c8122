// The page of errors: every register of every room, found by its file's name.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Consequence, ErrorKind, ErrorRegister } from '../../../src/foundation/errors/dovetail-error.js';
import { code, toMarkdownTable, toPage } from './markdown-page.js';

const SOURCES = join(import.meta.dirname, '..', '..', '..', 'src');

const CONSEQUENCES: Readonly<Record<Consequence, string>> = {
  retry: 'may work if it is tried again',
  skip: 'this row is left out, the others go on',
  stop: 'the work as a whole ends',
  ask: 'somebody has to decide something',
  reconcile: 'the outcome is unknown and has to be found out',
};

export async function toErrorPage(): Promise<string> {
  const registers = await readRegisters();
  return toPage('Errors', [
    'Every error has a code, says what happened and, where that can be told, what to do about it. Reports and `--json` carry',
    'the code. What is to be done with the work that failed is said by its consequence:',
    '',
    ...toMarkdownTable(
      ['consequence', ''],
      Object.entries(CONSEQUENCES).map(([name, meaning]) => [code(name), meaning]),
    ),
    ...registers.flatMap(({ room, kinds }) => [
      '',
      `## ${room}`,
      '',
      ...toMarkdownTable(
        ['code', 'what happened', 'consequence'],
        Object.entries(kinds).map(([number, kind]) => [`${room}-${number}`, kind.title, kind.consequence]),
      ),
    ]),
  ]);
}

type Register = ErrorRegister<Record<number, ErrorKind>>;

/** All registers by name of the room. Throws if a file of errors has none. */
export async function readRegisters(): Promise<readonly Register[]> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /-errors\.ts$/.test(file),
  );
  const registers: Register[] = [];
  for (const file of files.sort()) {
    const module: object = await import(pathToFileURL(join(SOURCES, file)).href);
    const found = Object.values(module).filter(isRegister);
    if (found.length === 0) throw new Error(`${file} has no register`);
    registers.push(...found);
  }
  return registers.sort((a, b) => (a.room < b.room ? -1 : 1));
}

function isRegister(value: unknown): value is Register {
  return typeof value === 'function' && 'room' in value && 'kinds' in value;
}
