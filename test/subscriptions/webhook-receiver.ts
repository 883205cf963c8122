// A receiver of webhooks on this machine that keeps what it was sent and answers as it is told to.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: events are looked into member by member.
  readonly event: any;
}

export interface ReceiverAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface WebhookReceiver {
  readonly url: string;
  /** `host:port`, to be allowed. */
  readonly address: string;
  readonly received: Received[];
  /** Connections that were opened. */
  readonly connections: number;
  /** What is answered from now on; default 204. A promise is waited for. */
  answer(by: (received: Received) => ReceiverAnswer | Promise<ReceiverAnswer>): void;
  /** Resolves once `holds` does; asked with each request. */
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  let answer: (received: Received) => ReceiverAnswer | Promise<ReceiverAnswer> = () => ({ status: 204 });
  let waiting: (() => void)[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', async () => {
      const body = Buffer.concat(parts).toString();
      const one: Received = { headers: request.headers, body, event: JSON.parse(body) };
      received.push(one);
      const { status, headers = {}, body: said } = await answer(one);
      response.writeHead(status, headers).end(said);
      const woken = waiting;
      waiting = [];
      for (const go of woken) go();
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${address}/hook`,
    address,
    received,
    get connections() {
      return connections;
    },
    answer(by) {
      answer = by;
    },
    async until(holds) {
      while (!holds()) await new Promise<void>((go) => waiting.push(go));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
