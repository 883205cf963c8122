// A mail server for tests: takes what it is given (RFC 5321, as far as that goes), or refuses.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

export interface SmtpListener {
  readonly port: number;
  /** Whole messages as they came. */
  readonly mails: { readonly to: string; readonly text: string }[];
  /** What `RCPT TO` is answered with; default `250 ok`. */
  refuseWith(answer: string | undefined): void;
  close(): Promise<void>;
}

export async function listenForMails(): Promise<SmtpListener> {
  const mails: { to: string; text: string }[] = [];
  let refusal: string | undefined;
  const serve = (socket: Socket) => {
    let [buffer, to, inData] = ['', '', false];
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 test');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      buffer += chunk.toString('utf8');
      for (;;) {
        const end = inData ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
        if (end < 0) return;
        const part = buffer.slice(0, end);
        buffer = buffer.slice(end + (inData ? 5 : 2));
        if (inData) {
          inData = false;
          mails.push({ to, text: part });
          say('250 taken');
        } else if (/^(ehlo|helo|mail from|rset|noop)/i.test(part)) say('250 ok');
        else if (/^rcpt to/i.test(part)) {
          to = /<(.*?)>/.exec(part)?.[1] ?? '';
          say(refusal ?? '250 ok');
        } else if (/^data/i.test(part)) {
          inData = true;
          say('354 go on');
        } else if (/^quit/i.test(part)) {
          say('221 bye');
          socket.end();
        } else say('502 unknown');
      }
    });
  };
  const server = createServer(serve);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    refuseWith(answer) {
      refusal = answer;
    },
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}
