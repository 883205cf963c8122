// What the sink is set by; `kafka-manifest.ts` says what each of it means.

export const KAFKA_PORTS = { kafka: '9092', kafkas: '9093' };
export const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

export interface KafkaSettings {
  readonly [name: string]: string | number | boolean | readonly string[] | undefined;
  readonly urls: readonly string[];
  readonly topic: string;
  readonly mechanism: string;
  readonly user?: string;
  readonly password?: string;
  readonly timeoutSeconds: number;
  readonly batch: number;
}
