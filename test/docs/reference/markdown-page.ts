// What the generated pages are built from.

/** Marks a page as generated; stands under its title. */
export const GENERATED = '<!-- Written by `npm run docs` from the code. Edit that, not this. -->';

/** A table with escaped cells; nothing if there are no rows. */
export function toMarkdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)];
}

export function toPage(title: string, lines: readonly string[]): string {
  return `${[`# ${title}`, '', GENERATED, '', ...lines].join('\n').trimEnd()}\n`;
}

/** A word in code spans; blank stays blank. */
export function code(text: string): string {
  if (text === '') return '';
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}
