// The pages of the configuration and of the mapping: the keys of the interfaces that describe them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DIRECTIONS,
  EMPTY_RULES,
  MAPPING_DUPLICATE_RULES,
  MAPPING_STRATEGIES,
} from '../../../src/engine/mapping/mapping.js';
import { readDeclarationComment, readMembers } from './interface-members.js';
import { code, toMarkdownTable, toPage } from './markdown-page.js';

const SOURCES = join(import.meta.dirname, '..', '..', '..', 'src');
const CONFIG = 'foundation/config/project-config.ts';
const OVERRIDE = 'engine/catalog/overrides/entity-override.ts';
const RULES = 'engine/catalog/overrides/entity-rules.ts';
const MAPPING = 'engine/mapping/mapping.ts';

/** Names of types that are lists of words: a reader wants the words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  MappingStrategy: MAPPING_STRATEGIES,
  EmptyRule: EMPTY_RULES,
  DuplicateRule: MAPPING_DUPLICATE_RULES,
  Direction: DIRECTIONS,
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
    ...section('A storage', CONFIG, 'StorageConfig'),
    ...section('Telling of an end', CONFIG, 'NotifyConfig'),
    ...section('Keeping', CONFIG, 'KeepConfig'),
    ...section('An entity', OVERRIDE, 'EntityOverride'),
    ...section('A field', OVERRIDE, 'FieldOverride'),
    ...section('A rule on a field', RULES, 'FieldRule'),
    ...section('A rule as a function', RULES, 'BatchRule'),
    ...section('Hooks', RULES, 'EntityHooks'),
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
  ]);
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
