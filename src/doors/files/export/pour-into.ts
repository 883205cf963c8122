// The end of an export's pipeline where the stream belongs to the caller and stays open: a pipeline of Node's that is told
// not to end its last stream waits for ever once that stream takes nothing more, even when it is aborted.
import type { Writable } from 'node:stream';

/** Writes what comes to the stream, at its pace. Rejects when the stream fails or closes, and when `signal` fires. */
export function pourInto(stream: Writable) {
  return async (source: AsyncIterable<Uint8Array>, { signal }: { readonly signal?: AbortSignal } = {}) => {
    const trouble = watchForTrouble(stream, signal);
    try {
      for await (const block of source) {
        trouble.throwIfAny();
        if (!stream.write(block)) await trouble.orElse('drain');
      }
      trouble.throwIfAny();
    } finally {
      trouble.release();
    }
  };
}

function watchForTrouble(stream: Writable, signal: AbortSignal | undefined) {
  let trouble: Error | undefined;
  let wake = (): void => {};
  const note = (error: Error) => {
    trouble ??= error;
    wake();
  };
  const onClose = () =>
    note(Object.assign(new Error('The stream was closed.'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }));
  const onAbort = () => note(signal!.reason);
  stream.on('error', note).on('close', onClose);
  signal?.addEventListener('abort', onAbort);
  if (stream.destroyed) onClose();
  if (signal?.aborted) onAbort();
  const throwIfAny = (): void => {
    if (trouble !== undefined) throw trouble;
  };
  return {
    throwIfAny,
    /** Waits for the event. */
    async orElse(event: 'drain'): Promise<void> {
      await new Promise<void>((done) => {
        wake = done;
        stream.once(event, done);
        if (trouble !== undefined) done();
      });
      stream.off(event, wake);
      throwIfAny();
    },
    release(): void {
      stream.off('error', note).off('close', onClose);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
