// The head of a file: comment lines at its top that begin with `dovetail`, such as `-- dovetail after: 010-types.sql`.
// What can't have comments (CSV, JSON) says the same in the configuration.
import type { LoadFileSettings } from '../../../foundation/config/project-config.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { loadError } from '../load-errors.js';
import { type FileHead, type FileKind, KEEPS, LOAD_STRATEGIES } from './load-file.js';

const KEYS = ['after', 'environments', 'keep', 'strategy', 'entity'] as const;

/** Which sign begins a comment. A table has no place for one. */
const COMMENT: Readonly<Record<FileKind, RegExp | undefined>> = {
  script: /^\s*--\s*(.*)$/,
  document: /^\s*#\s*(.*)$/,
  module: /^\s*\/\/\s*(.*)$/,
  table: undefined,
};

interface Said {
  readonly key: (typeof KEYS)[number];
  readonly words: readonly string[];
  readonly line?: number;
}

/**
 * The head that stands in the text's first comment lines, completed by the configuration's settings. Throws LOAD-104 for a
 * key or a word it doesn't know.
 */
export function readFileHead(
  about: { readonly file: string; readonly kind: FileKind; readonly text: string },
  settings: LoadFileSettings = {},
): FileHead {
  const said = [...listSaid(about), ...listSettings(settings)];
  const all = (key: Said['key']) => said.filter((one) => one.key === key).flatMap(({ words }) => words);
  const last = <W extends string>(key: Said['key'], words: readonly W[]): W | undefined => {
    const found = said.filter((one) => one.key === key).at(-1);
    const word = found?.words[0];
    if (found === undefined || words.includes(word as W)) return word as W | undefined;
    throw wrongHead(
      about.file,
      found.line,
      `${key} is ${words.join(' or ')}, not '${word ?? ''}'`,
      word,
      words,
    );
  };
  const strategy = last('strategy', LOAD_STRATEGIES);
  const entity = said.filter((one) => one.key === 'entity').at(-1)?.words[0];
  return {
    after: all('after'),
    environments: all('environments'),
    keep: last('keep', KEEPS) ?? 'once',
    ...(strategy === undefined ? {} : { strategy }),
    ...(entity === undefined ? {} : { entity }),
  };
}

function listSaid(about: { readonly file: string; readonly kind: FileKind; readonly text: string }): Said[] {
  const comment = COMMENT[about.kind];
  if (comment === undefined) return [];
  const said: Said[] = [];
  for (const [index, line] of about.text.split(/\r?\n/).entries()) {
    if (/^\ufeff?(---)?\s*$/.test(line)) continue;
    const match = comment.exec(line.replace(/^\ufeff/, ''));
    if (match === null) break;
    const pair = /^dovetail\s+(\S+?)\s*:\s*(.*)$/.exec(match[1]!);
    if (pair === null) continue;
    const key = pair[1]! === 'env' || pair[1] === 'environment' ? 'environments' : pair[1]!;
    if (!KEYS.includes(key as never)) {
      throw wrongHead(about.file, index + 1, `there is no '${key}' in a head`, key, KEYS);
    }
    const words = pair[2]!.split(',').map((word) => word.trim());
    said.push({ key: key as Said['key'], words: words.filter((word) => word !== ''), line: index + 1 });
  }
  return said;
}

function listSettings(settings: LoadFileSettings): Said[] {
  return KEYS.flatMap((key) => {
    const value = settings[key];
    return value === undefined ? [] : [{ key, words: typeof value === 'string' ? [value] : value }];
  });
}

function wrongHead(
  file: string,
  line: number | undefined,
  says: string,
  word: string | undefined,
  known: readonly string[],
): Error {
  const near = word === undefined ? undefined : didYouMean(word, known);
  return loadError(104, {
    detail: `${file}: ${says}.`,
    hint: near === undefined ? `There are: ${known.join(', ')}.` : `Did you mean '${near}'?`,
    pointer: { file, ...(line === undefined ? {} : { line }) },
  });
}
