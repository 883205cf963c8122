// Paths as a person at this prompt would type them.
import { isAbsolute, relative, sep } from 'node:path';

/** The path from `cwd`, where it lies inside; else as it is. */
export function shortPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' || short.startsWith(`..${sep}`) || short === '..' || isAbsolute(short) ? path : short;
}

/** A sentence in which the paths below `cwd` are written from there. */
export function shortenPaths(text: string, cwd: string): string {
  return cwd === '' || cwd === sep ? text : text.replaceAll(`${cwd}${sep}`, '');
}
