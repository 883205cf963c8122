// A whole SMTP server, with sign-in, for tests: what it took is kept as it came.
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface MailServer {
  readonly url: string;
  /** By whom they were sent, to whom, and the text with its headers. */
  readonly mails: { readonly from: string; readonly to: readonly string[]; readonly text: string }[];
  /** The status and text with which the next recipients are refused; undefined: none is. */
  refuse(answer: { readonly code: number; readonly says: string } | undefined): void;
  close(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const mails: MailServer['mails'] = [];
  let refusal: { readonly code: number; readonly says: string } | undefined;
  const server = new SMTPServer({
    authMethods: ['PLAIN'],
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth(auth, _session, done) {
      const known = auth.username === 'dovetail' && auth.password === 'hush';
      done(known ? null : new Error('Unknown'), known ? { user: 'dovetail' } : undefined);
    },
    onRcptTo(_address, _session, done) {
      if (refusal === undefined) return done();
      done(Object.assign(new Error(refusal.says), { responseCode: refusal.code }));
    },
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ from, to, text: Buffer.concat(parts).toString('utf8') });
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://dovetail:hush@127.0.0.1:${port}`,
    mails,
    refuse(answer) {
      refusal = answer;
    },
    close: () => new Promise((closed) => void server.close(() => closed())),
  };
}
