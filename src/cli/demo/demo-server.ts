// The demo stays alive for somebody who looks at it in a terminal: the API of the shop, and a key for it that ends with the day.
import { DEMO_CLIENT } from '../../app-demo-client.js';
import type { DovetailError } from '../../foundation/errors/dovetail-error.js';
import type { CliApp } from '../cli-app.js';
import type { CommandContext } from '../command-context.js';

const PORT = 4000;
const KEY_HOURS = 24;

/** Whether there is somebody who would look: not a pipe, not a script, not `--once`. */
export const staysUp = (context: CommandContext, { once }: { readonly once?: boolean }): boolean =>
  once !== true && !context.json && context.out.stream.isTTY === true && context.host.stdin.isTTY === true;

/** Serves until Ctrl-C. */
export async function serveDemo(context: CommandContext, app: CliApp): Promise<void> {
  if (app.serve === undefined || app.access === undefined) return;
  const key = await makeKey(context, app);
  const { serve } = app;
  const server = await serve({ port: PORT }).catch((error: DovetailError) => {
    // Another program has the usual port; any other does as well.
    if (error.code === 'HTTP-121') return serve({ port: 0 });
    throw error;
  });
  const { style } = context.out;
  context.out.lines(
    '',
    `${style.bold('The shop is served')}  ${server.url}/api  ${style.dim('on this machine only; Ctrl-C ends it')}`,
    '',
    `  KEY=${key}`,
    `  curl -gH "Authorization: Bearer $KEY" "${server.url}/api/products?page[size]=2&include=brand&sort=-price"`,
    `  curl -gH "Authorization: Bearer $KEY" "${server.url}/api/sales_orders?filter[status]=confirmed&filter[ordered_at][gte]=2026-01-01&sort=-ordered_at&include=customer"`,
    '',
    style.dim(`  The key is valid for ${KEY_HOURS} hours. \`dovetail clients\` makes others.`),
  );
  await new Promise<void>((stop) => {
    if (context.signal.aborted) stop();
    context.signal.addEventListener('abort', () => stop(), { once: true });
  });
  await server.close();
  context.remark('Stopped. `npm run demo` starts it again in seconds.');
}

async function makeKey({ clock }: CommandContext, { access }: CliApp): Promise<string> {
  const { clients, keys } = access!;
  await clients.read(DEMO_CLIENT).catch(async () => {
    await clients.create({ name: DEMO_CLIENT, description: 'Made by the demo.' });
    await clients.giveRole(DEMO_CLIENT, 'administrator');
  });
  const expiresAt = new Date(clock.now().getTime() + KEY_HOURS * 3_600_000);
  return (await keys.create(DEMO_CLIENT, { label: 'demo', expiresAt })).key;
}
