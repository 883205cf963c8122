// Whether requests should come here: not while the database is away or of another version, and not when the end has been asked for.

export interface ReadinessCheck {
  /** One word: `database`. */
  readonly name: string;
  /** Throws, or says in one word for strangers what is wrong; undefined: it is as it should be. */
  look(): Promise<string | undefined>;
}

export interface Readiness {
  readonly ready: boolean;
  /** By the check's name, `ok` or what is wrong: words without names, addresses or causes, for anybody may read them. */
  readonly checks: Readonly<Record<string, string>>;
}

/** Looks at all, each no longer than the deadline. */
export async function readReadiness(
  checks: readonly ReadinessCheck[],
  deadlineMs: number,
): Promise<Readiness> {
  const entries = await Promise.all(
    checks.map(async (check) => [check.name, (await withDeadline(check, deadlineMs)) ?? 'ok'] as const),
  );
  return { ready: entries.every(([, says]) => says === 'ok'), checks: Object.fromEntries(entries) };
}

async function withDeadline(check: ReadinessCheck, ms: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer in time'), ms);
  });
  try {
    return await Promise.race([check.look().catch(() => 'failed'), late]);
  } finally {
    clearTimeout(timer);
  }
}
