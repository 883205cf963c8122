// The bytes of a mapped batch: the source's own, so that cells which are only passed on are offsets, and after them what was computed.

export class MappedBytes {
  buffer: Buffer;
  #length: number;
  /** Where the text put last lies. */
  start = 0;
  end = 0;

  constructor(source: Buffer) {
    this.buffer = Buffer.allocUnsafe(source.length + Math.max(4096, source.length >> 1));
    source.copy(this.buffer);
    this.#length = source.length;
  }

  /** Appends the text as UTF-8; `start` and `end` then say where. Half of a surrogate pair becomes U+FFFD. */
  put(text: string): void {
    const most = text.length * 3;
    if (this.#length + most > this.buffer.length) this.#grow(most);
    this.start = this.#length;
    // For a few letters a loop is faster than the call, and most texts are ASCII.
    if (text.length <= 24) {
      let at = this.#length;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0x7f || code === 0) {
          at = -1;
          break;
        }
        this.buffer[at++] = code;
      }
      if (at >= 0) {
        this.#length = at;
        this.end = at;
        return;
      }
    }
    // PostgreSQL has no room for NUL in a text.
    const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
    this.#length += this.buffer.write(clean, this.#length, 'utf8');
    this.end = this.#length;
  }

  /** Appends bytes as they are. */
  putBytes(bytes: Buffer, from: number, to: number): void {
    const length = to - from;
    if (this.#length + length > this.buffer.length) this.#grow(length);
    this.start = this.#length;
    bytes.copy(this.buffer, this.#length, from, to);
    this.#length += length;
    this.end = this.#length;
  }

  #grow(more: number): void {
    const larger = Buffer.allocUnsafe((this.#length + more) * 2);
    this.buffer.copy(larger, 0, 0, this.#length);
    this.buffer = larger;
  }
}
