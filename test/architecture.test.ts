// The house rules a program can check: which way imports run, no cycles, sizes, names. The tables say what is allowed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Floors from the roof down: a file may import from its own floor and those below it. */
const FLOORS: readonly { readonly name: string; readonly files: RegExp }[] = [
  { name: 'public names', files: /^src\/(index\.ts|testing\/)/ },
  { name: 'cli', files: /^src\/cli\// },
  { name: 'app', files: /^src\/app[^/]*\.ts$/ },
  { name: 'doors', files: /^src\/doors\// },
  { name: 'engine', files: /^src\/engine\// },
  { name: 'foundation', files: /^src\/foundation\// },
];

/** Plain JavaScript beside the sources that ships with the product; only the command that shows the demo imports it. */
const DEMO_FILES = { files: /^demo\/.*\.mjs$/, importer: /^src\/cli\// };

/** Inside the engine, what each room may import besides itself. */
const ENGINE_ARROWS: Readonly<Record<string, readonly string[]>> = {
  access: ['catalog'],
  alerts: ['changes', 'jobs'],
  catalog: [],
  changes: ['catalog'],
  documents: ['catalog'],
  formats: [],
  jobs: [],
  mapping: ['catalog', 'documents'],
  pipeline: [],
  plugins: [],
  records: ['catalog', 'access', 'pipeline'],
  storage: [],
};

const LONGEST_FILE = 500;
const FORBIDDEN_NAMES = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'types', 'misc']);

const ROOT = join(import.meta.dirname, '..');

describe('the house', () => {
  const files = ['src', 'test', 'bench', 'scripts', 'examples', 'demo'].flatMap(listFiles);
  const sources = files.filter((file) => file.startsWith('src/') && !file.endsWith('.test.ts'));
  const imports = new Map(sources.map((file) => [file, listImports(file, readText(file))]));

  it('has files to check', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect([...imports.values()].flat().length).toBeGreaterThan(20);
  });

  it('has imports that run only downward, and no door that imports another', () => {
    const wrong = [...imports].flatMap(([file, targets]) =>
      targets.flatMap((target) => findObjection(file, target) ?? []),
    );
    expect(wrong).toEqual([]);
  });

  it('has no import cycle', () => {
    expect(listCycles(imports)).toEqual([]);
  });

  it(`has no file over ${LONGEST_FILE} lines`, () => {
    const tooLong = files.filter((file) => readText(file).split('\n').length > LONGEST_FILE);
    expect(tooLong).toEqual([]);
  });

  it('has only names that say something, in kebab-case', () => {
    const nameless = files.filter((file) =>
      file.split('/').some((part) => FORBIDDEN_NAMES.has(part.replace(/\..*$/, ''))),
    );
    expect(nameless).toEqual([]);
    const crooked = files.filter(
      (file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|mjs)$/.test(file.split('/').at(-1)!),
    );
    expect(crooked).toEqual([]);
  });

  it('has sources that open by saying why they exist', () => {
    const silent = sources.filter((file) => !/^(#!.*\n)?\/[/*]/.test(readText(file)));
    expect(silent).toEqual([]);
  });

  it('has every room on the code map', () => {
    const map = readText('ARCHITECTURE.md');
    const rooms = ['foundation', 'engine', 'doors'].flatMap((floor) => listRooms(sources, floor));
    expect(rooms.filter((room) => !map.includes(`**${room}**`))).toEqual([]);
  });
});

describe('the check of the house', () => {
  const cases: readonly [string, string, boolean][] = [
    ['src/cli/commands/import-command.ts', 'src/app.ts', true],
    ['src/foundation/config/config.ts', 'src/engine/catalog/catalog.ts', false],
    ['src/engine/records/write/write.ts', 'src/engine/pipeline/run.ts', true],
    ['src/engine/pipeline/run.ts', 'src/engine/records/write/write.ts', false],
    ['src/engine/mapping/mapping.ts', 'src/engine/records/write-request.ts', false],
    ['src/engine/catalog/catalog.ts', 'src/doors/files/files-door.ts', false],
    ['src/doors/files/files-door.ts', 'src/doors/api/api-door.ts', false],
    ['src/doors/files/files-door.ts', 'src/engine/records/write/write.ts', true],
    ['src/doors/files/files-door.ts', 'src/app.ts', false],
    ['src/foundation/postgres/database.ts', 'test/support/samples.ts', false],
    ['src/cli/demo/demo-story.ts', 'demo/generate-products.mjs', true],
    ['src/doors/files/files-door.ts', 'demo/generate-products.mjs', false],
  ];
  it.each(cases)('for %s importing %s says %s', (file, target, isAllowed) => {
    expect(findObjection(file, target) === undefined).toBe(isAllowed);
  });

  it('sees every way to import', () => {
    const text = `
      import a from './a.js';
      import type { B,
        C } from '../b/b.js';
      export * from './c.js';
      import './d.js';
      const e = await import('./e.js');
      type F = import('./f.js').F;
      import pg from 'pg';
      // import nothing from './g.js';`;
    const found = readSpecifiers(text);
    expect(found.sort()).toEqual(['../b/b.js', './a.js', './c.js', './d.js', './e.js', './f.js', 'pg']);
  });

  it('finds a cycle', () => {
    const cycle = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a']],
      ['d', ['a']],
    ]);
    expect(listCycles(cycle)).toEqual(['a → b → c → a']);
  });
});

/** Why a file may not import another; undefined if it may. */
function findObjection(file: string, target: string): string | undefined {
  const from = FLOORS.findIndex((floor) => floor.files.test(file));
  const to = FLOORS.findIndex((floor) => floor.files.test(target));
  const arrow = `${file} → ${target}`;
  if (from < 0) return `${file} lies on no floor`;
  if (DEMO_FILES.files.test(target) && DEMO_FILES.importer.test(file)) return undefined;
  if (to < 0) return `${arrow}: outside the sources`;
  if (to < from) return `${arrow}: upward, from ${FLOORS[from]!.name} to ${FLOORS[to]!.name}`;
  if (to !== from) return undefined;
  const [ours, theirs] = [file.split('/')[2]!, target.split('/')[2]!];
  if (ours === theirs) return undefined;
  if (FLOORS[from]!.name === 'doors') return `${arrow}: one door imports another`;
  if (FLOORS[from]!.name === 'engine' && !ENGINE_ARROWS[ours]?.includes(theirs)) {
    return `${arrow}: ${ours} may import ${ENGINE_ARROWS[ours]?.join(', ') || 'no other room'}`;
  }
  return undefined;
}

/** What a text imports, as it is written. */
function readSpecifiers(text: string): string[] {
  const code = text.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '');
  const patterns = [
    /^\s*(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
  ];
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1]!));
}

/** The files of the project a file imports, types included: an arrow is an arrow. */
function listImports(file: string, text: string): string[] {
  return readSpecifiers(text)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) =>
      normalize(join(dirname(file), specifier))
        .replace(/\.js$/, '.ts')
        .replaceAll('\\', '/'),
    );
}

function listCycles(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): void {
    const at = path.indexOf(file);
    if (at >= 0) cycles.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  }
  for (const file of graph.keys()) visit(file);
  return cycles;
}

function listRooms(sources: readonly string[], floor: string): readonly string[] {
  const inside = sources.filter((file) => file.startsWith(`src/${floor}/`) && file.split('/').length > 3);
  return [...new Set(inside.map((file) => file.split('/')[2]!))];
}

function listFiles(folder: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(ROOT.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((file) => !file.includes('node_modules/'));
}

function readText(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
