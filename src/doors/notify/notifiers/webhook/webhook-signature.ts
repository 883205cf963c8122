// Signatures of webhooks as Standard Webhooks defines them (standardwebhooks.com): HMAC-SHA256 over id, timestamp and body.
import { createHmac } from 'node:crypto';

/** The bytes of a secret, with or without `whsec_`; undefined if it is none of 24 to 64 bytes in base64. */
export function findSecretBytes(secret: string): Buffer | undefined {
  const text = secret.replace(/^whsec_/, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}

/** The three headers. `at`: the moment of the attempt. */
export function toSignedHeaders(
  secret: Buffer,
  message: { readonly id: string; readonly at: Date; readonly body: string },
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const signature = createHmac('sha256', secret)
    .update(`${message.id}.${timestamp}.${message.body}`)
    .digest('base64');
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
