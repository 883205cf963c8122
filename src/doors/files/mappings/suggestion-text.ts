// A suggested mapping as a person would have written it, with the reason beside every guess.
import { basename } from 'node:path';
import type { Entity } from '../../../engine/catalog/index.js';
import { type ColumnMatches, toMapping } from '../../../engine/mapping/index.js';

/** Below this the reason is worth reading. */
const SURE = 0.95;

export function toSuggestionText(entity: Entity, matches: ColumnMatches, source: string): string {
  const { fields, identity } = toMapping(entity, matches);
  const lines = matches.matched.map(({ column, field, confidence, reason }) => {
    const line = `  - { field: ${scalar(field)}, column: ${scalar(column)} }`;
    return confidence >= SURE && !reason.startsWith('learned') ? line : `${line} # ${oneLine(reason)}`;
  });
  const open = [
    ...matches.unmatched.map(({ column, hint }) => ({ column, why: hint ?? 'no field fits' })),
    ...matches.ignored.map(({ column, reason }) => ({ column, why: reason })),
  ];
  const left = open.map(({ column, why }) => `  - ${scalar(column)} # ${oneLine(why)}`);
  return [
    `# Suggested from ${oneLine(basename(source))}: read it through, change it, and check it with \`dovetail mapping check\`.`,
    `entity: ${scalar(entity.name)}`,
    ...(identity ? [`identity: [${identity.map(scalar).join(', ')}]`] : []),
    ...(fields.length === 0 ? ['fields: []'] : ['fields:', ...lines]),
    ...(left.length === 0 ? [] : ['# Columns that nothing is done with.', 'ignore:', ...left]),
    '',
  ].join('\n');
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** As YAML inside a flow mapping: bare where that is safe, else in double quotes, which take JSON's escapes. */
const scalar = (text: string): string =>
  /^[A-Za-z_][\w. -]*[\w.]$|^[A-Za-z_]$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
