// Bytes of a file there and back, with so many requests under way that a long line is kept full.
import type { SftpSession } from './sftp-session.js';

/** What every server takes in one request; a part more would be cut in two. */
const BLOCK_BYTES = 31 << 10;
const UNDER_WAY = 32;

/** The bytes of an open file up to its end. `size`: what it is said to have, so that nothing is asked for in vain. */
export async function* readBytes(
  session: SftpSession,
  file: { readonly handle: Buffer; readonly path: string; readonly size: number },
): AsyncGenerator<Buffer> {
  const ahead: Promise<Buffer>[] = [];
  for (let offset = 0; ; ) {
    while (ahead.length === 0 || (ahead.length < UNDER_WAY && offset < file.size)) {
      const block = readBlock(session, file, offset);
      // Whoever waits for it hears of it.
      block.catch(() => {});
      ahead.push(block);
      offset += BLOCK_BYTES;
    }
    const block = await ahead.shift()!;
    if (block.length > 0) yield block;
    if (block.length < BLOCK_BYTES) return;
  }
}

/** A server may give less than it is asked for; shorter than a block is only the end of the file. */
async function readBlock(
  session: SftpSession,
  { handle, path }: { readonly handle: Buffer; readonly path: string },
  offset: number,
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let filled = 0; ; ) {
    const count = await session.ask<number>(path, (sftp, done) =>
      sftp.read(handle, buffer, filled, BLOCK_BYTES - filled, offset + filled, (error, bytes) =>
        done(error, bytes),
      ),
    );
    filled += count;
    if (count === 0 || filled === BLOCK_BYTES) return buffer.subarray(0, filled);
  }
}

/** Writes all of it into an open file. Throws what `bytes` throws. */
export async function writeBytes(
  session: SftpSession,
  file: { readonly handle: Buffer; readonly path: string },
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let [offset, failure] = [0, undefined as unknown];
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += BLOCK_BYTES) {
      // The giver may use its memory again before the line has taken it.
      const block = Buffer.from(chunk.subarray(at, at + BLOCK_BYTES));
      const place = offset;
      offset += block.length;
      const written = session
        .ask<void>(file.path, (sftp, done) => sftp.write(file.handle, block, 0, block.length, place, done))
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => underWay.delete(written));
      underWay.add(written);
      if (underWay.size >= UNDER_WAY) await Promise.race(underWay);
      if (failure !== undefined) throw failure;
    }
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure;
}
