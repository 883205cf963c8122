// The step of an authorization that a browser is at: what the application wants, and where it leads afterwards.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { setOwnAddress } from '../provider/provider-source.js';

export type OAuthStep = Awaited<ReturnType<Provider['interactionDetails']>>;

const AT = '/oauth/interaction/';
export const STEP_PATH = `${AT}:uid`;
export const toStepPath = (uid: string): string => `${AT}${uid}`;

/** By its path; undefined if this browser has not begun it, or too long ago. */
export async function findStep(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  { provider, publicUrl }: { readonly provider: Provider; readonly publicUrl: string },
): Promise<OAuthStep | undefined> {
  setOwnAddress(request.raw, publicUrl);
  const step = await provider.interactionDetails(request.raw, reply.raw).catch(() => undefined);
  return step !== undefined && toStepPath(step.uid) === path ? step : undefined;
}

/** The origin that the browser goes to in the end, or the scheme of an application. Browsers hold forms to it through redirects. */
export function toTarget(step: OAuthStep): string {
  const { host, origin, protocol } = new URL(String(step.params['redirect_uri']));
  return host === '' || origin === 'null' ? protocol : origin;
}

/** Where a browser that goes on at `path` comes to in the end; nothing where that is no step. */
export async function listTargets(
  provider: () => Promise<Provider>,
  path: string,
): Promise<readonly string[]> {
  if (!path.startsWith(AT)) return [];
  // Not by the cookie, which browsers send to the step itself only.
  const step = await (await provider()).Interaction.find(path.slice(AT.length));
  return step === undefined ? [] : [toTarget(step)];
}
