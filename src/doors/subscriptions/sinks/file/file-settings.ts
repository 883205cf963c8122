// What the sink is set by; `file-manifest.ts` says what each of it means.

export interface FileSettings {
  readonly [name: string]: string | number | boolean | readonly string[] | undefined;
  readonly folder: string;
  readonly name: string;
  readonly mostBytes: number;
}
