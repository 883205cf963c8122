// One of the two ways out, stdout or stderr: knows its width and colours, and ends quietly when the reader has gone.
import { createStyle, type Style, wantsColour } from './terminal-style.js';

export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface OutputChannel {
  readonly stream: OutputStream;
  readonly style: Style;
  /** Columns of the terminal now; undefined in a pipe or a file. COLUMNS of the environment stands in where it is unknown. */
  width(): number | undefined;
  /** Writes lines, each ended by a line feed. */
  lines(...lines: readonly string[]): void;
  write(text: string): void;
  /** Aborted when the reader at the other end of the pipe has gone; from then on writing does nothing. */
  readonly closed: AbortSignal;
  /** Resolves when everything written has been handed on. */
  flush(): Promise<void>;
  release(): void;
}

export function createOutputChannel(
  stream: OutputStream,
  env: Readonly<Record<string, string | undefined>>,
  colour: boolean,
): OutputChannel {
  const closed = new AbortController();
  const onError = (error: NodeJS.ErrnoException) => {
    // Any other trouble with the way out can't be told to anyone either, but it must not look like success.
    closed.abort(error);
  };
  stream.on('error', onError);
  const write = (text: string) => {
    if (!closed.signal.aborted && text !== '') stream.write(text);
  };
  return {
    stream,
    style: createStyle(wantsColour(stream, env, colour)),
    width: () => {
      if (stream.isTTY !== true) return undefined;
      return stream.columns || Number(env['COLUMNS']) || 80;
    },
    lines: (...lines) => write(lines.map((line) => `${line}\n`).join('')),
    write,
    closed: closed.signal,
    flush: () =>
      new Promise((resolve) => {
        if (closed.signal.aborted) return resolve();
        const done = () => {
          closed.signal.removeEventListener('abort', done);
          resolve();
        };
        closed.signal.addEventListener('abort', done);
        stream.write('', done);
      }),
    release: () => {
      stream.off('error', onError);
    },
  };
}

/** True if the reader just went away (`| head`), which is no failure of ours. */
export function isBrokenPipe(reason: unknown): boolean {
  const code = (reason as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}
