// By what an applied file is known again: its SHA-256. A checkout may turn line ends around; in text that is no change.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';

const RETURN = 0x0d;
const NEWLINE = 0x0a;

/** SHA-256 in hexadecimal. `text`: as if every line ended in a line feed alone. */
export async function readChecksum(path: string, text: boolean, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const options = { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) };
  const bytes = createReadStream(path, options);
  for await (const chunk of text ? bytes.pipe(dropReturns()) : bytes) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function dropReturns(): Transform {
  let held = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // A return at the end of a chunk waits for what follows it.
      const bytes = held ? Buffer.concat([Buffer.of(RETURN), chunk]) : chunk;
      held = bytes.at(-1) === RETURN;
      const end = held ? bytes.length - 1 : bytes.length;
      let from = 0;
      for (let at = bytes.indexOf(RETURN); at >= 0 && at < end; at = bytes.indexOf(RETURN, at + 1)) {
        if (bytes[at + 1] !== NEWLINE) continue;
        this.push(bytes.subarray(from, at));
        from = at + 1;
      }
      if (end > from) this.push(bytes.subarray(from, end));
      done();
    },
    flush(done) {
      if (held) this.push(Buffer.of(RETURN));
      done();
    },
  });
}
