// What was opened is closed in the opposite order, each part once, and one that fails doesn't keep the others open.

export interface CloseStack {
  /** Remembers how to close a part that was just opened. */
  add(name: string, close: () => unknown): void;
  /**
   * Closes everything, last opened first. Repeated calls wait for the first one. Throws an AggregateError that names
   * the parts that couldn't be closed, after all were tried.
   */
  close(): Promise<void>;
}

export function createCloseStack(): CloseStack {
  const parts: { name: string; close: () => unknown }[] = [];
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    const failures: Error[] = [];
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      try {
        await part.close();
      } catch (error) {
        failures.push(
          new Error(`Closing ${part.name} failed: ${(error as Error).message}`, { cause: error }),
        );
      }
    }
    if (failures.length > 0) {
      throw new AggregateError(failures, failures.map((failure) => failure.message).join('; '));
    }
  }

  return {
    add: (name, close) => {
      parts.push({ name, close });
    },
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}
