// What a webhook is set by; `webhook-manifest.ts` says what each of it means.

export interface WebhookSettings {
  readonly [name: string]: string | number | boolean | readonly string[] | undefined;
  readonly url: string;
  readonly secrets?: readonly string[];
  readonly headers?: readonly string[];
  readonly timeoutSeconds: number;
  readonly parallel: number;
  readonly batch: number;
}
