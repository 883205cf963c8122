// A request as its bytes, for what no client would send.
import { connect } from 'node:net';

/** What comes back until the server ends the connection, or, where `whole` says so, until one answer is there. */
export function sendRaw(url: string, bytes: string | Buffer, until: 'closed' | 'answered'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (until === 'answered' && isWhole(text)) socket.end();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write(bytes);
  });
}

/** The body of the one answer in `text`. */
export const toBody = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);

function isWhole(text: string): boolean {
  const head = text.split('\r\n\r\n', 1)[0]!;
  if (head.length === text.length) return false;
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  return toBody(text).length >= length;
}
