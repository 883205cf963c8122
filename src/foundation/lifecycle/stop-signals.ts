// The first Ctrl-C asks the running work to stop where nothing is lost; the second ends the process at once.

export type StopSignal = 'SIGINT' | 'SIGTERM';
// Not SIGHUP: listening would undo nohup, and being ended by it is safe, for a killed run is resumed anyway.
const STOP_SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/** Where signals come from: `process`, or an EventEmitter in a test. */
export interface SignalSource {
  on(event: string, listener: (signal: StopSignal) => void): unknown;
  off(event: string, listener: (signal: StopSignal) => void): unknown;
}

export interface StopListener {
  /** Aborted at the first signal; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Gives the signals back to the process. */
  release(): void;
}

/** Listens until `release`. `first` and `second` may print; `second` is expected to end the process. */
export function listenForStop(
  source: SignalSource,
  reactions: {
    readonly first?: (signal: StopSignal) => void;
    readonly second?: (signal: StopSignal) => void;
  } = {},
): StopListener {
  const controller = new AbortController();
  const onSignal = (signal: StopSignal) => {
    if (controller.signal.aborted) {
      reactions.second?.(signal);
      return;
    }
    controller.abort(signal);
    reactions.first?.(signal);
  };
  for (const name of STOP_SIGNALS) source.on(name, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of STOP_SIGNALS) source.off(name, onSignal);
    },
  };
}
