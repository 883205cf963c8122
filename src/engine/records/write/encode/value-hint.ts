// How a value of a type that only the server can read is written.
import type { FieldType } from '../../../catalog/catalog.js';

const EXAMPLES: Readonly<Record<string, string>> = {
  inet: '192.168.0.1',
  cidr: '192.168.0.0/24',
  macaddr: '08:00:2b:01:02:03',
  interval: '1 day 02:30:00',
  point: '(1.5,2.5)',
  bit: '1010',
  varbit: '1010',
  money: '12.50',
  xml: '<a>text</a>',
  int4range: '[1,10)',
  int8range: '[1,10)',
  numrange: '[1.5,10)',
  daterange: '[2026-01-01,2026-12-31]',
};

export function valueHint(type: FieldType): string {
  const { domain } = type;
  if (domain && domain.checks.length > 0)
    return `Give a value for which the checks of ${domain.name} hold: ${domain.checks.join(' and ')}.`;
  if (type.labels)
    return `Allowed: ${type.labels.slice(0, 12).join(', ')}${type.labels.length > 12 ? ', …' : ''}.`;
  const example = EXAMPLES[type.base] ?? (type.kind === 'range' ? '[1,10)' : undefined);
  if (type.array) return `Write it as a list in braces: {${example ?? '1'},${example ?? '2'}}.`;
  return `Write it as PostgreSQL reads ${type.sql}${example === undefined ? '' : `: ${example}`}.`;
}
