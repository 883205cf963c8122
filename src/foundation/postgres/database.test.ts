import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { openDatabase } from './database.js';

it('asks the system to keep silent connections alive', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stream = new Socket();
  const keeps = vi.spyOn(stream, 'setKeepAlive');
  const { port } = server.address() as AddressInfo;
  const database = openDatabase({ host: '127.0.0.1', port, user: 'nobody', stream: () => stream });
  try {
    await expect(database.query('select 1')).rejects.toThrow();
    expect(keeps).toHaveBeenCalledWith(true, 30_000);
  } finally {
    await database.close();
    server.close();
  }
});
