// What lies in the load folder: found below it and nowhere else, links resolved, each file with its kind, version and head.
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { findFormat } from '../../../engine/formats/index.js';
import type { LoadSettings } from '../../../foundation/config/project-config.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { loadError } from '../load-errors.js';
import { readChecksum } from './file-checksum.js';
import { readFileHead } from './file-head.js';
import type { FileKind, LoadFile } from './load-file.js';
import { isVersion } from './name-order.js';

export interface LoadFolder {
  /** What the folder is called in the database: its own name, the same on every machine. */
  readonly name: string;
  /** Absolute, links resolved. */
  readonly path: string;
  readonly files: readonly LoadFile[];
  /** Paths of what is neither script nor fixture. */
  readonly ignored: readonly string[];
}

const MOST_FILES = 5_000;
const DEEPEST = 20;
/** What is taken into memory whole. Rows in a table file are read as a stream, of any size. */
export const LARGEST: Readonly<Record<FileKind, number>> = {
  script: 32 << 20,
  document: 8 << 20,
  module: 8 << 20,
  table: Number.POSITIVE_INFINITY,
};
const HEAD_BYTES = 16 << 10;

/**
 * Reads the folder, which must lie below one of `roots`. Throws LOAD-101 if there is none, 102 if it or something in it
 * leads out of the roots, 103 if it holds too much, 104 and 107 for a wrong head.
 */
export async function readLoadFolder(
  folder: string,
  roots: readonly string[],
  settings: LoadSettings = {},
): Promise<LoadFolder> {
  const path = await findFolder(folder);
  const allowed = await Promise.all(roots.map((root) => realpath(root).catch(() => root)));
  if (!allowed.some((root) => isBelow(path, root))) {
    throw loadError(102, {
      detail: `The load folder ${path} does not lie in the project (${roots.join(', ')}).`,
      hint: 'Scripts and modules are run, so they come from the project only: name the folder as `load: { folder }` in its dovetail.config.ts, or work in the folder of that project.',
      pointer: { file: path },
    });
  }
  const found: string[] = [];
  await walk(path, '', found, 0, path);
  const files: LoadFile[] = [];
  const ignored: string[] = [];
  for (const each of found) {
    const file = await readLoadFile(path, each, settings);
    if (file === undefined) ignored.push(each);
    else files.push(file);
  }
  refuseUnusedSettings(settings, files);
  return { name: basename(folder), path, files, ignored };
}

async function findFolder(folder: string): Promise<string> {
  try {
    const path = await realpath(folder);
    if ((await stat(path)).isDirectory()) return path;
  } catch {
    // Told below.
  }
  throw loadError(101, {
    detail: `There is no folder ${folder}.`,
    hint: 'Make it, or name another with --folder or as `load: { folder }` in dovetail.config.ts.',
    pointer: { file: folder },
  });
}

const isBelow = (path: string, root: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);

async function walk(root: string, at: string, found: string[], depth: number, real: string): Promise<void> {
  if (depth > DEEPEST) {
    throw loadError(103, { detail: `${at} lies more than ${DEEPEST} folders deep.`, pointer: { file: at } });
  }
  for (const entry of await readdir(real, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = at === '' ? entry.name : `${at}/${entry.name}`;
    const target = await realpath(join(real, entry.name)).catch(() => undefined);
    if (target === undefined || !isBelow(target, root)) {
      throw loadError(102, {
        detail: `${path} leads out of the load folder${target === undefined ? ', to nothing' : ''}.`,
        hint: 'Put the file itself there instead of a link.',
        pointer: { file: path },
      });
    }
    const about = entry.isSymbolicLink() ? await stat(target) : entry;
    if (about.isDirectory()) await walk(root, path, found, depth + 1, target);
    else if (about.isFile()) found.push(path);
    if (found.length > MOST_FILES) {
      throw loadError(103, {
        detail: `The load folder holds more than ${MOST_FILES} files.`,
        pointer: { file: root },
      });
    }
  }
}

async function readLoadFile(
  root: string,
  path: string,
  settings: LoadSettings,
): Promise<LoadFile | undefined> {
  const absolute = join(root, ...path.split('/'));
  const start = await readStart(absolute);
  const kind = kindOf(path, start.bytes);
  if (kind === undefined) return undefined;
  if (start.size > LARGEST[kind]) {
    throw loadError(103, {
      detail: `${path} has ${start.size} bytes; a ${kind} may have ${LARGEST[kind]}.`,
      hint:
        kind === 'script'
          ? 'Split it.'
          : 'Split it, or write the records as CSV or NDJSON, which is read as a stream.',
      pointer: { file: path },
    });
  }
  const head = readFileHead({ file: path, kind, text: start.bytes.toString('utf8') }, settings.files?.[path]);
  const environments = [...listMarked(path, settings), ...head.environments];
  for (const name of head.environments) requireEnvironment(name, settings, path);
  const [top = ''] = path.split('/');
  return {
    path,
    absolute,
    ...(path.includes('/') && isVersion(top) ? { version: top } : {}),
    kind,
    head: { ...head, environments, ...tableEntity(path, kind, head.entity, settings) },
    checksum: await readChecksum(absolute, kind !== 'table' || isText(path)),
    size: start.size,
  };
}

async function readStart(absolute: string): Promise<{ readonly bytes: Buffer; readonly size: number }> {
  const handle = await open(absolute, 'r');
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return { bytes: buffer.subarray(0, bytesRead), size };
  } finally {
    await handle.close();
  }
}

/** By the name's end; JSON that begins with `{` is a document, with `[` a table. */
function kindOf(path: string, start: Buffer): FileKind | undefined {
  const end = endOf(path);
  if (end === 'sql') return 'script';
  if (end === 'yaml' || end === 'yml') return 'document';
  if (/^[cm]?[jt]s$/.test(end)) return path.endsWith(`.d.${end}`) ? undefined : 'module';
  if (end === 'json' && !path.endsWith('.gz')) {
    return start
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trimStart()
      .startsWith('{')
      ? 'document'
      : 'table';
  }
  return end !== 'txt' && findFormat(end) !== undefined ? 'table' : undefined;
}

/** `csv` of `020-unit.demo.csv.gz`. */
const endOf = (path: string): string => /\.([^./]+?)(?:\.gz)?$/.exec(path)?.[1]?.toLowerCase() ?? '';

const isText = (path: string): boolean => /\.(csv|tsv|json|ndjson|jsonl|xml)$/i.test(path);

/** Environments that a folder or the file's name stands for. */
function listMarked(path: string, settings: LoadSettings): readonly string[] {
  const known = settings.environments ?? [];
  const parts = path.split('/');
  const name = parts.at(-1)!.split('.').slice(1, -1);
  return known.filter(
    (environment) => parts.slice(0, -1).includes(environment) || name.includes(environment),
  );
}

/** Throws LOAD-107 for an environment that the configuration does not know. */
export function requireEnvironment(name: string, settings: LoadSettings, file?: string): void {
  const known = settings.environments ?? [];
  if (known.includes(name)) return;
  const near = didYouMean(name, known);
  throw loadError(107, {
    detail: `${file === undefined ? '' : `${file}: `}there is no environment '${name}'.`,
    hint:
      near !== undefined
        ? `Did you mean '${near}'?`
        : known.length > 0
          ? `There are: ${known.join(', ')}.`
          : `Name the environments in dovetail.config.ts: load: { environments: ['${name}'] }.`,
    ...(file === undefined ? {} : { pointer: { file } }),
  });
}

/** `unit` of `020-unit.demo.csv`. */
function tableEntity(
  path: string,
  kind: FileKind,
  given: string | undefined,
  settings: LoadSettings,
): { entity?: string } {
  if (kind !== 'table') return {};
  if (given !== undefined) return { entity: given };
  const parts = path.split('/').at(-1)!.replace(/\.gz$/i, '').split('.').slice(0, -1);
  const name = parts.filter((part, i) => i === 0 || !(settings.environments ?? []).includes(part)).join('.');
  return { entity: name.replace(/^\d+[-_. ]+/, '') };
}

function refuseUnusedSettings(settings: LoadSettings, files: readonly LoadFile[]): void {
  for (const path of Object.keys(settings.files ?? {})) {
    if (files.some((file) => file.path === path)) continue;
    const near = didYouMean(
      path,
      files.map((file) => file.path),
    );
    throw loadError(109, {
      detail: `The configuration speaks of '${path}', which is not in the load folder.`,
      ...(near === undefined ? {} : { hint: `Did you mean '${near}'?` }),
      pointer: { file: path },
    });
  }
}
