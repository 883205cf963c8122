// A reader of server-sent events as a browser has it: blocks with id, event and data, and the id to resume from.
import { once } from 'node:events';
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export interface ReadEvent {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: events are looked into member by member.
  readonly data: any;
}

export interface EventReader {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What a browser would send as `Last-Event-ID`. */
  readonly lastId: string;
  readonly comments: number;
  /** The next event with data; undefined at the end. */
  next(): Promise<ReadEvent | undefined>;
  /** Everything up to the end. */
  rest(): Promise<readonly ReadEvent[]>;
  /** The answer where there is no stream. */
  text(): Promise<string>;
  close(): void;
}

export async function openEvents(
  url: string,
  key: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventReader> {
  // Not by fetch: after an abort it opens a connection for later, which a server that ends would wait for.
  const asked = get(url, {
    agent: false,
    headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream', ...headers },
  });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  let lastId = '';
  let comments = 0;
  async function* read(): AsyncGenerator<ReadEvent> {
    let buffer = '';
    for await (const bytes of response) {
      buffer += bytes;
      for (let at = buffer.indexOf('\n\n'); at >= 0; at = buffer.indexOf('\n\n')) {
        const lines = buffer.slice(0, at).split('\n');
        buffer = buffer.slice(at + 2);
        comments += lines.filter((line) => line.startsWith(':')).length;
        const of = (name: string) =>
          lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
        lastId = of('id')[0] ?? lastId;
        const data = of('data');
        if (data.length > 0)
          yield { id: lastId, event: of('event')[0] ?? 'message', data: JSON.parse(data.join('\n')) };
      }
    }
  }
  const events = read();
  return {
    status: response.statusCode!,
    headers: response.headers,
    get lastId() {
      return lastId;
    },
    get comments() {
      return comments;
    },
    async next() {
      const { value } = await events.next();
      return value ?? undefined;
    },
    async rest() {
      const all: ReadEvent[] = [];
      for await (const event of events) all.push(event);
      return all;
    },
    async text() {
      let text = '';
      for await (const part of response) text += part;
      return text;
    },
    close: () => void asked.destroy(),
  };
}
