// The tutorials and how-tos do what they say: every command in them is run, every output in them is printed.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeProduct } from './built-product.js';
import { readBlocks } from './markdown-blocks.js';
import { findMissingLine, runPage } from './page-runner.js';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCS = join(ROOT, 'docs');
const PAGES = ['tutorials', 'how-tos'].flatMap((folder) =>
  readdirSync(join(DOCS, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`),
);

afterAll(removeProduct);

// The commands are written for a POSIX shell.
describe.skipIf(process.platform === 'win32')('the page', () => {
  it.each(PAGES)('%s does what it says', { timeout: 300_000 }, async (page) => {
    const { commands } = await runPage(readFileSync(join(DOCS, page), 'utf8'));
    expect(commands).toBeGreaterThan(0);
  });

  it('README.md does what it says', { timeout: 300_000 }, async () => {
    const clone = mkdtempSync(join(tmpdir(), 'dovetail-readme-'));
    try {
      symlinkSync(join(ROOT, 'demo'), join(clone, 'demo'));
      const { commands } = await runPage(readFileSync(join(ROOT, 'README.md'), 'utf8'), clone);
      expect(commands).toBeGreaterThan(0);
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });

  it.each(PAGES)('%s has no command that nobody runs', (page) => {
    const blocks = readBlocks(readFileSync(join(DOCS, page), 'utf8'));
    // `elsewhere` is for what another test runs: the demo, the installation.
    const idle = blocks.filter(
      ({ language, marks }) => language === 'sh' && !('run' in marks) && !('elsewhere' in marks),
    );
    expect(idle.map((block) => `line ${block.line}: ${block.text}`)).toEqual([]);
  });
});

describe('links', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'ARCHITECTURE.md',
    ...listPages('docs'),
    ...listPages('examples'),
  ];

  it.each(pages)('of %s lead somewhere', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8').replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, '');
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
    const broken = targets.filter((target) => !/^https?:/.test(target) && !leadsSomewhere(page, target));
    expect(broken).toEqual([]);
  });
});

/** True if the file is there and, where a heading is named, has it. */
function leadsSomewhere(page: string, target: string): boolean {
  const [path = '', heading] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, file))) return false;
  if (heading === undefined) return true;
  const headings = readFileSync(join(ROOT, file), 'utf8').match(/^#+ .*$/gm) ?? [];
  const anchors = headings.map((line) =>
    line
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return anchors.includes(heading);
}

function listPages(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => `${folder}/${name}`);
}

describe('the check of a page', () => {
  it('finds a line that was not printed, and one that came too early', () => {
    expect(findMissingLine('a\nb…d\n', 'x\na\nb c d\n')).toBeUndefined();
    expect(findMissingLine('a\nb\n', 'b\na\n')).toBe('b');
    expect(findMissingLine('read  61\n', '  read   6\n')).toBe('read  61');
    expect(findMissingLine('a.c\n', 'abc\n')).toBe('a.c');
  });

  it('reads the marks of a block', () => {
    const [block] = readBlocks('text\n\n```sh run exit=4\nfalse\n```\n');
    expect(block).toEqual({ language: 'sh', marks: { run: '', exit: '4' }, text: 'false\n', line: 3 });
    expect(() => readBlocks('```sh\nfalse\n')).toThrow('never closed');
  });

  it('fails for a command that ends otherwise than the page says', async () => {
    const page = '<!-- runs-in: own-database -->\n\n```sh run\nexit 3\n```\n';
    await expect(runPage(page)).rejects.toThrow('line 3: exit 3\nended with 3, not 0');
  });

  it('fails for an output that is not printed', async () => {
    const page = '<!-- runs-in: own-database -->\n\n```sh run\necho a\n```\n\n```text output\nb\n```\n';
    await expect(runPage(page)).rejects.toThrow('the page shows a line that was not printed: b');
  });
});
