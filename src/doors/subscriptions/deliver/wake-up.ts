// Waiting for something to change, without looking at the clock.

export interface WakeUp {
  wake(): void;
  /** Resolves when `holds` does; it is asked now and after each `wake`. */
  until(holds: () => boolean): Promise<void>;
}

export function createWakeUp(): WakeUp {
  let waiting: (() => void)[] = [];
  return {
    wake() {
      const woken = waiting;
      waiting = [];
      for (const go of woken) go();
    },
    async until(holds) {
      while (!holds()) await new Promise<void>((go) => waiting.push(go));
    },
  };
}
