// The pages of the configuration and of the mapping: the keys of the interfaces that describe them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DIRECTIONS,
  EMPTY_RULES,
  MAPPED_STEPS,
  MAPPING_DUPLICATE_RULES,
  MAPPING_STRATEGIES,
  MISSING_RULES,
} from '../../../src/engine/mapping/mapping.js';
import { DATE_ORDERS } from '../../../src/foundation/cells/value-spelling.js';
import { RETENTION } from '../../../src/foundation/config/retention.js';
import { readDeclarationComment, readMembers } from './interface-members.js';
import { code, toMarkdownTable, toPage } from './markdown-page.js';

const SOURCES = join(import.meta.dirname, '..', '..', '..', 'src');
const CONFIG = 'foundation/config/project-config.ts';
const OVERRIDE = 'engine/catalog/overrides/entity-override.ts';
const STORAGES = 'engine/storage';
const FILE = 'engine/catalog/overrides/file-override.ts';
const RULES = 'engine/catalog/overrides/entity-rules.ts';
const MAPPING = 'engine/mapping/mapping.ts';
const SPELLING = 'foundation/cells/value-spelling.ts';

/** Names of types that are lists of words: a reader wants the words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  MappingStrategy: MAPPING_STRATEGIES,
  EmptyRule: EMPTY_RULES,
  DuplicateRule: MAPPING_DUPLICATE_RULES,
  Direction: DIRECTIONS,
  DateOrder: DATE_ORDERS,
  MissingRule: MISSING_RULES,
};

export function toConfigurationPage(): string {
  return toPage('Configuration', [
    'A project says what the database cannot know in `dovetail.config.ts` (or `.js`, `.mjs`, `.json`). The next one from the',
    'working folder upward counts. Everything is optional; what is not said stays as the database has it.',
    '',
    '```ts',
    "import { defineConfig } from 'dovetail';",
    '',
    'export default defineConfig({',
    '  entities: {',
    "    product: { label: 'Article', rules: [{ name: 'a price', field: 'price', min: 0.01 }] },",
    '  },',
    '});',
    '```',
    '',
    ...section('The project', CONFIG, 'DovetailConfig'),
    ...section('Initial load', CONFIG, 'LoadSettings'),
    ...section('A file of the initial load', CONFIG, 'LoadFileSettings'),
    ...section('A storage: a folder', `${STORAGES}/folder/folder-manifest.ts`, 'FolderSettings'),
    ...section('A storage: S3', `${STORAGES}/s3/s3-settings.ts`, 'S3Settings'),
    ...section('A storage: SFTP', `${STORAGES}/sftp/sftp-settings.ts`, 'SftpSettings'),
    ...section('Telling of an end', CONFIG, 'NotifyConfig'),
    ...section('Alerts', CONFIG, 'AlertsConfig'),
    ...section('A route of alerts', CONFIG, 'AlertRouteConfig'),
    ...section('The API', CONFIG, 'ApiSettings'),
    ...section('Requests of one caller', CONFIG, 'RateLimitConfig'),
    ...section('Keeping', CONFIG, 'KeepConfig'),
    ...retention(),
    ...section('Reading the metrics', CONFIG, 'MetricsConfig'),
    ...section('An entity', OVERRIDE, 'EntityOverride'),
    ...section('A field', OVERRIDE, 'FieldOverride'),
    ...section('A file in a field', FILE, 'FileOverride'),
    ...section('A rule on a field', RULES, 'FieldRule'),
    ...section('A rule as a function', RULES, 'BatchRule'),
    ...section('Hooks', RULES, 'EntityHooks'),
    ...section('What every hook may call', RULES, 'HookContext', false),
    ...section('An alert of a hook', RULES, 'HookAlert', false),
    ...section('What hooks around the mapping see', RULES, 'SourceRows', false),
    ...section('What the hook that hears of errors is told', RULES, 'FailedRecord', false),
    ...section('What a hook before the export sees', RULES, 'ExportRows', false),
    ...section('What a hook after the export is told', RULES, 'ExportOutcome', false),
    ...section('What rules and hooks see', RULES, 'RecordBatch', false),
    ...section('What a hook before the write may do', RULES, 'WritableRecordBatch', false),
    ...section('What a hook after the write sees', RULES, 'WrittenRecordBatch', false),
  ]);
}

export function toMappingPage(): string {
  return toPage('Mapping', [
    'YAML or JSON; works both ways. [How to write one](../how-tos/write-a-mapping.md).',
    '',
    ...section('The mapping', MAPPING, 'Mapping'),
    ...section('A field', MAPPING, 'MappedField'),
    ...section('How values are spelled', SPELLING, 'ValueSpelling'),
    '## Steps',
    '',
    'A list of them: `steps: [trim, { map: { "1": active } }]`. An export undoes what it can; where it can not, the field is only',
    'imported, and `dovetail mapping check` says so.',
    '',
    ...toMarkdownTable(
      ['step', '', 'export'],
      MAPPED_STEPS.map(({ step, says, back }) => [code(step), says, BACK[back]]),
    ),
    '',
    ...section('Several rows of one record', MAPPING, 'JoinedRows'),
    ...section('Records that belong to the record', MAPPING, 'MappedPart'),
    ...section('A list in a cell', MAPPING, 'MappedList'),
    ...section('Documents', MAPPING, 'Documents'),
    '## Expressions',
    '',
    'In [CEL](https://cel.dev). `row["column"]` is the text of a column, empty if the cell is blank; in a step `value` is the text so',
    'far. Numbers are made with `double(value)` and `int(value)`, texts with `string(…)`. Texts have `contains`, `startsWith`,',
    '`endsWith`, `indexOf`, `lastIndexOf`, `substring`, `split`, `trim`, `lowerAscii`, `upperAscii`, `size`, and of ours',
    '`replace(from, to)` and `slug()`; `round(number, digits)` rounds. An empty text or null as the result is a blank cell. Patterns',
    '(`matches`) and `cel.bind` are left out, and walks over lists (`map`, `filter`, `all`, `exists`) can not be nested, so that no',
    'expression runs for long.',
    '',
  ]);
}

const BACK = { undone: 'undone', kept: 'left as it is', none: 'not possible' } as const;

function retention(): readonly string[] {
  const says = (days: (typeof RETENTION)[number]['days']): string =>
    typeof days === 'number'
      ? `${days} ${days === 1 ? 'day' : 'days'}`
      : days === 'for ever'
        ? days
        : `as \`${days}\``;
  return [
    'A worker removes what is older, once a day. What is kept, and for how long where the configuration does not say:',
    '',
    ...toMarkdownTable(
      ['key', 'what', 'where', 'default'],
      RETENTION.map(({ key, what, where, days }) => [
        key === undefined ? '' : code(key),
        what,
        where.map((place) => (/^\w+$/.test(place) ? code(place) : place)).join(', '),
        says(days),
      ]),
    ),
    '',
    'Logs go to standard error and are kept by whoever collects them. Changes of roles, mappings, schedules and what an initial load applied',
    'are kept for ever; workers that died are forgotten within seconds.',
    '',
  ];
}

/** `isGiven`: somebody writes it, so that it matters which keys are needed. */
function section(title: string, file: string, name: string, isGiven = true): readonly string[] {
  const source = readFileSync(join(SOURCES, file), 'utf8');
  const says = readDeclarationComment(source, name);
  const rows = readMembers(source, name).map((member) => [
    code(member.name),
    WORDS[member.type]?.map(code).join(', ') ?? code(member.type),
    `${member.optional || !isGiven ? '' : '**needed.** '}${member.says}`.trim(),
  ]);
  return [
    `## ${title}`,
    '',
    ...(says === '' ? [] : [says, '']),
    ...toMarkdownTable(['key', 'type', ''], rows),
    '',
  ];
}
