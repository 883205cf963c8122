// What the sink is set by; `rabbitmq-manifest.ts` says what each of it means.

export interface RabbitmqSettings {
  readonly [name: string]: string | number | boolean | readonly string[] | undefined;
  readonly url: string;
  readonly queue?: string;
  readonly exchange?: string;
  readonly routingKey: string;
  readonly user?: string;
  readonly password?: string;
  readonly timeoutSeconds: number;
  readonly batch: number;
}

/** How addresses begin, and the port of each where none is said. */
export const AMQP_PORTS = { amqp: '5672', amqps: '5671' };
