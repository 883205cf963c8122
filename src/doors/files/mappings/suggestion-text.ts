// A suggested mapping as a person would have written it, with the reason beside every guess.
import { basename } from 'node:path';
import type { Entity } from '../../../engine/catalog/index.js';
import { type ColumnMatches, type MatchedPart, toMapping } from '../../../engine/mapping/index.js';

/** Below this the reason is worth reading. */
const SURE = 0.95;

export interface Suggestion {
  readonly entity: Entity;
  readonly matches: ColumnMatches;
  readonly parts: readonly MatchedPart[];
  /** Path or name of the file. */
  readonly source: string;
  readonly header: readonly string[];
  /** By position of the column: what stands between the items of a cell that fills a list. */
  readonly separators: ReadonlyMap<number, string>;
}

export function toSuggestionText(suggestion: Suggestion): string {
  const { entity, matches, parts, source } = suggestion;
  const { fields, identity } = toMapping(entity, matches);
  const lines = matches.matched.map(({ column, index, field, confidence, reason }) => {
    const line = `  - { field: ${scalar(field)}, column: ${scalar(column)}${stepsText(suggestion, index)} }`;
    return confidence >= SURE && !reason.startsWith('learned') ? line : `${line} # ${oneLine(reason)}`;
  });
  const inParts = new Set(parts.flatMap((part) => part.fields.flatMap((field) => field.columns)));
  const open = [
    ...matches.unmatched
      .filter(({ index }) => !inParts.has(index))
      .map(({ column, hint }) => ({ column, why: hint ?? 'no field fits' })),
    ...matches.ignored.map(({ column, reason }) => ({ column, why: reason })),
  ];
  const left = open.map(({ column, why }) => `  - ${scalar(column)} # ${oneLine(why)}`);
  return [
    `# Suggested from ${oneLine(basename(source))}: read it through, change it, and check it with \`dovetail mapping check\`.`,
    `entity: ${scalar(entity.name)}`,
    ...(identity ? [`identity: [${identity.map(scalar).join(', ')}]`] : []),
    ...(matches.identity.length > 0 || entity.identity.length === 0
      ? []
      : [
          `# No column seems to say which record is which: say which one is ${entity.identity.map(oneLine).join(', ')}.`,
        ]),
    ...(fields.length === 0 ? ['fields: []'] : ['fields:', ...lines]),
    ...(parts.length === 0
      ? []
      : [
          '# Records that belong to it, from columns in a row.',
          'many:',
          ...parts.flatMap((part) => toPartLines(part, suggestion)),
        ]),
    ...(left.length === 0 ? [] : ['# Columns that nothing is done with.', 'ignore:', ...left]),
    '',
  ].join('\n');
}

function toPartLines(
  { relation, entity, identity, fields, missing }: MatchedPart,
  suggestion: Suggestion,
): readonly string[] {
  const lines = fields.map(({ field, source, columns, confidence }) => {
    const [key, text] = Object.entries(source)[0] as [string, string];
    const steps = stepsText(suggestion, columns[0]);
    const line = `      - { field: ${scalar(field)}, ${key}: ${scalar(text)}${steps} }`;
    const from = columns.map((index) => suggestion.header[index]!);
    const named = from.length > 3 ? [...from.slice(0, 2), '…', from.at(-1)!] : from;
    if (from.length === 0) return line;
    return `${line} # ${oneLine(named.join(', '))}${confidence >= 0.75 ? '' : ' (a guess)'}`;
  });
  return [
    `  ${scalar(relation)}:`,
    ...(identity ? [`    identity: [${identity.map(scalar).join(', ')}]`] : []),
    '    fields:',
    ...lines,
    ...missing.map(
      (field) => `      # A new ${oneLine(entity)} also needs ${oneLine(field)}, which no column fills.`,
    ),
  ];
}

function stepsText({ separators }: Suggestion, index: number | undefined): string {
  const separator = index === undefined ? undefined : separators.get(index);
  return separator === undefined ? '' : `, steps: [{ list: ${scalar(separator)} }]`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** As YAML inside a flow mapping: bare where that is safe, else in double quotes, which take JSON's escapes. */
const scalar = (text: string): string =>
  /^[A-Za-z_][\w. -]*[\w.]$|^[A-Za-z_]$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
