// What the sink is set by; `nats-manifest.ts` says what each of it means.

export interface NatsSettings {
  readonly [name: string]: string | number | boolean | readonly string[] | undefined;
  readonly url: string;
  readonly subject: string;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly timeoutSeconds: number;
  readonly batch: number;
}
