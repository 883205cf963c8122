// The receiving end of `copy … to stdout`. pg's own parser makes an object per row; here the rows' bytes are only moved
// together into large blocks, so that the server, not this process, sets the pace.
import { Readable } from 'node:stream';
import type { Connection } from 'pg';

/** Large enough that writing a block costs nothing per row, small enough to stay in the processor's cache. */
export const BLOCK = 256 * 1024;
const Code = { copyData: 0x64, copyDone: 0x63, error: 0x45 } as const;

/**
 * A query for `client.query(…)`: the data as a stream of bytes, in blocks that end where a row does; only a row of more than `BLOCK`
 * bytes is cut, into blocks of just so many and the rest. Fails as the statement fails.
 */
export class CopyOut extends Readable {
  readonly #text: string;
  #connection: Connection | undefined;
  #parser: ((data: Buffer) => void) | undefined;
  #header = Buffer.alloc(5);
  #headerLength = 0;
  /** Bytes of the current message that are still to come, and whether they are data. */
  #missing = 0;
  #isData = false;
  #block = Buffer.allocUnsafe(BLOCK);
  #filled = 0;
  #rows = 0;

  constructor(text: string) {
    super({ highWaterMark: 2 * BLOCK });
    this.#text = text;
  }

  /** Rows received so far: the server sends one message for each. */
  get rows(): number {
    return this.#rows;
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    const { stream } = connection;
    this.#parser = stream.listeners('data')[0] as (data: Buffer) => void;
    stream.removeListener('data', this.#parser);
    stream.on('data', this.#onData);
    connection.query(this.#text);
  }

  override _read(): void {
    if (this.#parser) this.#connection?.stream.resume();
  }

  handleError(error: Error): void {
    this.#handBack(Buffer.alloc(0));
    this.destroy(error);
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}

  /** Ends only here, so that the client is free for the next statement. */
  handleReadyForQuery(): void {
    if (!this.destroyed) this.push(null);
  }

  #onData = (chunk: Buffer): void => {
    let at = 0;
    while (at < chunk.length) {
      if (this.#missing > 0) {
        at = this.#take(chunk, at);
        continue;
      }
      const code = this.#headerLength === 0 ? chunk[at] : this.#header[0];
      if (code === Code.error) {
        this.#finish(chunk, at);
        return;
      }
      at = this.#readHeader(chunk, at);
      if (this.#headerLength < 5) break;
      this.#headerLength = 0;
      this.#missing = this.#header.readInt32BE(1) - 4;
      this.#isData = code === Code.copyData;
      if (this.#isData) {
        this.#rows++;
        if (this.#filled + this.#missing > BLOCK) this.#flush();
      }
      if (code === Code.copyDone) {
        this.#finish(chunk, at);
        return;
      }
    }
  };

  #readHeader(chunk: Buffer, at: number): number {
    let next = at;
    while (this.#headerLength < 5 && next < chunk.length) this.#header[this.#headerLength++] = chunk[next++]!;
    return next;
  }

  #take(chunk: Buffer, at: number): number {
    const length = Math.min(this.#missing, chunk.length - at);
    this.#missing -= length;
    if (!this.#isData) return at + length;
    let from = at;
    const end = at + length;
    while (from < end) {
      const part = Math.min(end - from, BLOCK - this.#filled);
      chunk.copy(this.#block, this.#filled, from, from + part);
      this.#filled += part;
      from += part;
      if (this.#filled === BLOCK) this.#flush();
    }
    return end;
  }

  #flush(): void {
    if (this.#filled === 0 || this.destroyed) return;
    const full = this.#block.subarray(0, this.#filled);
    this.#block = Buffer.allocUnsafe(BLOCK);
    this.#filled = 0;
    if (!this.push(full)) this.#connection?.stream.pause();
  }

  // From here on pg's own parser reads: the error, or the end of the statement.
  #finish(chunk: Buffer, at: number): void {
    this.#flush();
    const begun = this.#header.subarray(0, this.#headerLength);
    this.#handBack(Buffer.concat([begun, chunk.subarray(at)]));
  }

  #handBack(rest: Buffer): void {
    const parser = this.#parser;
    const stream = this.#connection?.stream;
    if (!parser || !stream) return;
    this.#parser = undefined;
    stream.removeListener('data', this.#onData);
    stream.on('data', parser);
    if (rest.length > 0) parser(rest);
    stream.resume();
  }
}
