// Signatures of webhooks as Standard Webhooks defines them (standardwebhooks.com): HMAC-SHA256 over id, timestamp and body.
import { createHmac } from 'node:crypto';

/** The bytes of a secret, with or without `whsec_`; undefined if it is none of 24 to 64 bytes in base64. */
export function findSecretBytes(secret: string): Buffer | undefined {
  const text = secret.replace(/^whsec_/, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}

/** The three headers. `at`: the moment of the attempt. Of several secrets, as while one is rotated, each signs; one that fits is enough. */
export function toSignedHeaders(
  secrets: Buffer | readonly Buffer[],
  message: { readonly id: string; readonly at: Date; readonly body: string },
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const signed = `${message.id}.${timestamp}.${message.body}`;
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': [secrets]
      .flat()
      .map((secret) => toSignature(secret, signed))
      .join(' '),
  };
}

const toSignature = (secret: Buffer, signed: string): string =>
  `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`;
