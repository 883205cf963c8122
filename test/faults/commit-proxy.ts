// A way to PostgreSQL that loses commits: every so many of them the connection is cut right before or right after.
import { connect, createServer, type Socket } from 'node:net';

/** `before`: the server never sees the commit. `after`: it does, the client hears nothing. `late`: the same, but the server sees it only when the client has long given up. */
export type CommitCut = 'before' | 'after' | 'late';

export interface CommitProxy {
  readonly url: string;
  cuts(): number;
  close(): Promise<void>;
}

const LATE_MS = 300;

/** Listens on loopback and cuts at every `every`-th commit. */
export async function startCommitProxy(server: string, cut: CommitCut, every: number): Promise<CommitProxy> {
  const target = new URL(server);
  const folder = target.searchParams.get('host');
  const port = Number(target.port || '5432');
  let commits = 0;
  let cuts = 0;
  const sockets = new Set<Socket>();

  const listener = createServer((client) => {
    const upstream = connect(
      folder === null ? { host: target.hostname, port } : { path: `${folder}/.s.PGSQL.${port}` },
    );
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    upstream.pipe(client);
    client.on('close', () => cutting || upstream.end());
    let cutting = false;
    const readFrame = frameReader();
    client.on('data', (bytes) => {
      for (const frame of readFrame(bytes)) {
        if (cutting) return;
        if (!isCommit(frame) || ++commits % every !== 0) {
          upstream.write(frame);
          continue;
        }
        cuts++;
        cutting = true;
        upstream.unpipe(client);
        client.destroy();
        if (cut === 'before') upstream.destroy();
        else if (cut === 'after') upstream.end(frame);
        else setTimeout(() => upstream.end(frame), LATE_MS);
      }
    });
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  const url = new URL(server);
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String((listener.address() as { port: number }).port);
  return {
    url: url.href,
    cuts: () => cuts,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => listener.close(done));
    },
  };
}

/** Cuts a client's bytes into messages: a first one without a type, then a letter, a length, a body. */
function frameReader(): (bytes: Buffer) => Generator<Buffer> {
  let rest = Buffer.alloc(0);
  let started = false;
  return function* (bytes) {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const at = started ? 1 : 0;
      if (rest.length < at + 4) return;
      const length = at + rest.readUInt32BE(at);
      if (rest.length < length) return;
      const frame = rest.subarray(0, length);
      rest = rest.subarray(length);
      started = true;
      yield frame;
    }
  };
}

function isCommit(frame: Buffer): boolean {
  return frame[0] === 0x51 && frame.toString('utf8', 5) === 'commit\0';
}
