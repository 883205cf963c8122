// Time as an argument, so that what waits and measures can be tested without waiting.

export interface Clock {
  now(): Date;
  /** Calls `work` every `ms` milliseconds until the returned function is called. Never keeps the process alive by itself. */
  every(ms: number, work: () => void): () => void;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts. Keeps the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  every(ms, work) {
    const timer = setInterval(work, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end);
    });
  },
};
