// The text of a JSON source, without the lines before it that are none of its own: front matter of web sites.
import { type DecodedText, decodeText } from '../encoding/decoded-bytes.js';
import { findTexts, readCount } from '../option-reading.js';
import type { ReadRequest } from '../table-format.js';

/** `line`: where the text begins. Throws as `decodeText` does, FORMATS-108 for settings that can't be meant. */
export async function openJsonText({
  bytes,
  options,
}: ReadRequest): Promise<{ readonly text: DecodedText; readonly line: number }> {
  const text = await decodeText(bytes, findTexts(options, 'encoding')?.[0]);
  const lines = readCount(options, 'skipLines', 0);
  if (lines === 0) return { text, line: 1 };
  // What is skipped no longer stands where the source has it.
  return { text: { ...text, untouched: false, bytes: skipLines(text.bytes, lines) }, line: lines + 1 };
}

async function* skipLines(bytes: AsyncIterable<Uint8Array>, lines: number): AsyncGenerator<Uint8Array> {
  let left = lines;
  for await (const chunk of bytes) {
    let at = 0;
    while (left > 0) {
      const end = chunk.indexOf(10, at);
      if (end < 0) break;
      at = end + 1;
      left--;
    }
    if (left === 0 && at < chunk.length) yield at === 0 ? chunk : chunk.subarray(at);
  }
}

/** How many lines front matter takes at the beginning of a text: from `---` to the next `---`. */
export function countFrontMatter(text: string): number {
  const match = /^---\r?\n[\s\S]{0,8192}?\n---\r?\n/.exec(text);
  return match ? match[0].split('\n').length - 1 : 0;
}
