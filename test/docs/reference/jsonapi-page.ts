// The page of the standard: every MUST of JSON:API 1.1, with the test that shows it.
import { EXTENSIONS, PROFILES } from '../../../src/doors/api/request/extensions.js';
import { STATEMENTS, type Statement } from '../../api/jsonapi-statements.js';
import { code, toMarkdownTable, toPage } from './markdown-page.js';

export function toJsonApiPage(): string {
  const sections = [...new Set(STATEMENTS.map(({ section }) => section))];
  const shown = STATEMENTS.filter(({ shownBy }) => shownBy !== undefined).length;
  return toPage('JSON:API', [
    'The API keeps to [JSON:API 1.1](https://jsonapi.org/format/1.1/). Below is every rule of its list of normative statements that',
    `says MUST or MUST NOT, by its id there, in short, with the tests (of \`test/api\`) that show it. Of ${STATEMENTS.length} rules ${shown} are shown;`,
    'the others say why they do not apply.',
    '',
    'Not served yet: `describedby` links.',
    '',
    '## Extensions and profiles',
    '',
    'What goes beyond the base is asked for by name: an extension by `ext` in Content-Type, or in Accept where there is no body; a profile by',
    '`profile` in Accept. Without them `application/vnd.api+json` is the base standard and nothing else. An extension that is not served at an',
    'address is answered with 415 (Content-Type) or 406 (Accept); the answer names in its Content-Type what it was made by.',
    '',
    ...toMarkdownTable(
      ['extension', 'namespace', 'what it allows', 'at'],
      EXTENSIONS.map(({ uri, namespace, says, at }) => [code(uri), code(namespace), says, at.join(', ')]),
    ),
    '',
    ...toMarkdownTable(
      ['profile', 'what it says', 'at'],
      PROFILES.map(({ uri, says, at }) => [code(uri), says, at.join(', ')]),
    ),
    ...sections.flatMap((section) => [
      '',
      `## ${section}`,
      '',
      ...toMarkdownTable(
        ['rule', 'in short', 'shown by'],
        STATEMENTS.filter((one) => one.section === section).map((one) => [
          code(one.id),
          one.says,
          toProof(one),
        ]),
      ),
    ]),
  ]);
}

function toProof({ shownBy = [], note }: Statement): string {
  const tests = shownBy.map(({ file, name }) => `${code(file)} ${name}`).join('; ');
  return [tests, note].filter((part) => part).join('. ');
}
