// In which order files are applied: version by version; within one by name, except that a file comes forward when another
// before it needs it: because that one says so, refers to one of its records, or fills a table that refers to one it fills.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import type { LoadFile } from '../folder/load-file.js';
import { comparePaths, compareVersions } from '../folder/name-order.js';
import { loadError } from '../load-errors.js';

export interface OrderedFile extends Pick<LoadFile, 'path' | 'version'> {
  /** Paths of files that have to come before. */
  readonly after: readonly string[];
  /** Paths of files that should, unless that would make a circle: by reference, then by foreign key. */
  readonly wishes: readonly string[];
}

/** The files in order. Throws LOAD-106 for a circle of what must be. */
export function orderFiles<F extends OrderedFile>(files: readonly F[]): readonly F[] {
  const sorted = [...files].sort(
    (a, b) => compareVersions(a.version, b.version) || comparePaths(a.path, b.path),
  );
  const byPath = new Map(sorted.map((file) => [file.path, file]));
  refuseCircle(sorted, byPath);
  const ordered: F[] = [];
  const state = new Map<string, 'open' | 'done'>();

  /** Whether the file must come after one that is being placed: then a mere wish can't bring it forward. */
  const mustWait = (file: F, seen = new Set<string>()): boolean => {
    if (state.get(file.path) === 'open') return true;
    if (state.get(file.path) === 'done' || seen.has(file.path)) return false;
    seen.add(file.path);
    return file.after.some((path) => byPath.has(path) && mustWait(byPath.get(path)!, seen));
  };

  const place = (file: F): void => {
    if (state.has(file.path)) return;
    state.set(file.path, 'open');
    for (const path of file.after) if (byPath.has(path)) place(byPath.get(path)!);
    for (const path of file.wishes) {
      const wished = byPath.get(path);
      if (wished && compareVersions(wished.version, file.version) === 0 && !mustWait(wished)) place(wished);
    }
    state.set(file.path, 'done');
    ordered.push(file);
  };
  for (const file of sorted) place(file);
  return ordered;
}

function refuseCircle(files: readonly OrderedFile[], byPath: ReadonlyMap<string, OrderedFile>): void {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: OrderedFile): void => {
    const at = path.indexOf(file.path);
    if (at >= 0) {
      const circle = [...path.slice(at), file.path];
      throw loadError(106, {
        detail: `Each is to be applied after the next: ${circle.join(' → ')}.`,
        hint: 'Leave one of these `after` out.',
        pointer: { file: circle[0]! },
      });
    }
    if (done.has(file.path)) return;
    path.push(file.path);
    for (const next of file.after) if (byPath.has(next)) visit(byPath.get(next)!);
    path.pop();
    done.add(file.path);
  };
  for (const file of files) visit(file);
}

/**
 * The files that the file's head names: each by its path in the load folder, by its path from the file's own folder, or by
 * its name alone where only one file has it. Throws LOAD-105, and 106 for one that belongs to a later version.
 */
export function resolveAfter(file: LoadFile, files: readonly LoadFile[]): readonly string[] {
  return file.head.after.map((name) => {
    const folder = file.path.includes('/') ? file.path.slice(0, file.path.lastIndexOf('/') + 1) : '';
    const found =
      files.find(({ path }) => path === name) ??
      files.find(({ path }) => path === folder + name) ??
      onlyOne(files.filter(({ path }) => path.endsWith(`/${name}`)));
    if (found === undefined) {
      const near = didYouMean(
        name,
        files.flatMap(({ path }) => [path.slice(path.lastIndexOf('/') + 1), path]),
      );
      throw loadError(105, {
        detail: `${file.path} is to be applied after '${name}', which is not there, or not there once.`,
        hint: near === undefined ? 'Name it by its path in the load folder.' : `Did you mean '${near}'?`,
        pointer: { file: file.path },
      });
    }
    if (compareVersions(found.version, file.version) > 0) {
      throw loadError(106, {
        detail: `${file.path} is to be applied after ${found.path}, but that belongs to a later version.`,
        hint: 'Move one of the two.',
        pointer: { file: file.path },
      });
    }
    return found.path;
  });
}

const onlyOne = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined);
