// The fenced blocks of a page. The words after a block's language say what a test does with it.

export interface Block {
  readonly language: string;
  /** `run exit=4 file=stock.csv` as `{ run: '', exit: '4', file: 'stock.csv' }`. */
  readonly marks: Readonly<Record<string, string>>;
  readonly text: string;
  /** Line of the page on which the fence opens, from 1. */
  readonly line: number;
}

/** Every fenced block of a page, in order. Throws for a fence that is never closed. */
export function readBlocks(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const opening = /^(`{3,})(\S*)\s*(.*)$/.exec(lines[at]!);
    if (opening === null) continue;
    const [, fence, language, rest] = opening as unknown as [string, string, string, string];
    const end = lines.indexOf(fence, at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: the fence is never closed`);
    const marks = rest
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => [word.split('=')[0]!, word.includes('=') ? word.slice(word.indexOf('=') + 1) : '']);
    const text = `${lines.slice(at + 1, end).join('\n')}\n`;
    blocks.push({ language, marks: Object.fromEntries(marks), text, line: at + 1 });
    at = end;
  }
  return blocks;
}

/** What a page says about itself: `<!-- runs-in: shop -->`. */
export function readPlace(markdown: string): string | undefined {
  return /<!-- runs-in: ([a-z-]+) -->/.exec(markdown)?.[1];
}
