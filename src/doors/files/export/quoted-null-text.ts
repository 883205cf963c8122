// The text \N in what `copy … (format csv)` writes: PostgreSQL puts it down bare, and readers of all kinds, ours among them, take a bare
// \N for NULL. It is rare, so blocks are searched for it and only those that have it are read cell by cell.

const BACKSLASH = 0x5c;
const LINE_END = 0x0a;
const TEXT = Buffer.from('\\N');
/** A cell of \N and what stands around it: so much may hang over into the next block. */
const OVERHANG = 4;

/**
 * The same bytes, with \N in quotes where it is a whole cell. `blocks` begin with the first byte of a row or go on where the one
 * before ended, in which case that was of at least `full` bytes.
 */
export async function* quoteNullTexts(
  blocks: AsyncIterable<Buffer>,
  delimiter: string,
  quote: string,
  full: number,
): AsyncGenerator<Buffer> {
  const signs = { delimiter: delimiter.charCodeAt(0), quote: quote.charCodeAt(0) };
  let held: Buffer = Buffer.alloc(0);
  // Before the first byte of `held` or of the block that comes.
  let quoted = false;
  let before = LINE_END;
  for await (const block of blocks) {
    const bytes = held.length === 0 ? block : Buffer.concat([held, block]);
    const goesOn = block.length >= full;
    const end = goesOn ? bytes.length - OVERHANG : bytes.length;
    const searched: boolean = goesOn || quoted || bytes.includes(TEXT);
    const out: CellsRead = searched
      ? readCells(bytes, end, signs, quoted, before)
      : { parts: [bytes], quoted, next: end };
    yield* out.parts;
    held = bytes.subarray(out.next);
    quoted = goesOn && out.quoted;
    before = goesOn ? bytes[out.next - 1]! : LINE_END;
  }
  if (held.length > 0) yield* readCells(held, held.length, signs, quoted, before).parts;
}

interface CellsRead {
  readonly parts: readonly Buffer[];
  /** The next byte is within quotes. */
  readonly quoted: boolean;
  /** Where the next byte is. */
  readonly next: number;
}

function readCells(
  bytes: Buffer,
  end: number,
  { delimiter, quote }: { readonly delimiter: number; readonly quote: number },
  begunQuoted: boolean,
  before: number,
): CellsRead {
  const parts: Buffer[] = [];
  const isEdge = (sign: number | undefined): boolean =>
    sign === undefined || sign === delimiter || sign === LINE_END;
  let quoted = begunQuoted;
  let from = 0;
  for (let at = 0; at < end; at++) {
    const sign = bytes[at]!;
    if (sign === quote) quoted = !quoted;
    else if (sign === BACKSLASH && !quoted && bytes[at + 1] === TEXT[1]) {
      if (!isEdge(at === 0 ? before : bytes[at - 1]) || !isEdge(bytes[at + 2])) continue;
      parts.push(bytes.subarray(from, at), Buffer.from([quote, BACKSLASH, TEXT[1]!, quote]));
      from = at + TEXT.length;
      at++;
    }
  }
  if (from < end) parts.push(bytes.subarray(from, end));
  return { parts, quoted, next: Math.max(from, end) };
}
