// The steps between an application's wish and its code: somebody signs in, and says yes or no.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import type { OAuthRooms } from '../oauth-rooms.js';
import { toConsentPage } from '../pages/consent-page.js';
import { toErrorPage } from '../pages/error-page.js';
import { toPageHeaders } from '../pages/page.js';
import type { ProviderSource } from '../provider/provider-source.js';
import { toFormToken } from './browser-cookies.js';
import { findStep, type OAuthStep, STEP_PATH, toStepPath, toTarget } from './oauth-step.js';
import { fieldOf, sendPage } from './sign-in-routes.js';

/** Reasons for which somebody must enter the password again, signed in or not. */
const AGAIN = new Set(['login_prompt', 'max_age']);

export function addConsentRoutes(server: FastifyInstance, rooms: OAuthRooms, source: ProviderSource): void {
  const { access, publicUrl } = rooms;
  const stepOf = (request: FastifyRequest, reply: FastifyReply, provider: Provider) =>
    findStep(request, reply, toStepPath((request.params as { readonly uid: string }).uid), {
      provider,
      publicUrl: publicUrl(),
    });

  const isSignedInFor = ({ session }: FastifyRequest, { prompt, uid }: OAuthStep): boolean =>
    session.userId !== undefined &&
    (!prompt.reasons.some((reason) => AGAIN.has(reason)) || session.signedInFor === toStepPath(uid));

  server.get(STEP_PATH, async (request, reply) => {
    const provider = await source.read();
    const step = await stepOf(request, reply, provider);
    if (step === undefined) return refuse(reply);
    if (!isSignedInFor(request, step)) {
      const next = encodeURIComponent(toStepPath(step.uid));
      return reply.redirect(`/login?again=1&next=${next}`, 303);
    }
    const userId = request.session.userId!;
    if (step.prompt.name === 'login')
      return finish(request, reply, provider, { login: { accountId: userId } });
    const client = await access.oauth.find(String(step.params['client_id']));
    if (client === undefined) return refuse(reply);
    const leadsTo = toTarget(step);
    const page = toConsentPage({
      csrf: toFormToken(request, reply),
      path: toStepPath(step.uid),
      application: client.client,
      leadsTo,
      person: (await access.users.read(userId)).email,
      scope: String(step.params['scope'] ?? ''),
    });
    return reply.headers(toPageHeaders([leadsTo])).send(page);
  });

  server.post(STEP_PATH, { preHandler: server.csrfProtection }, async (request, reply) => {
    const provider = await source.read();
    const step = await stepOf(request, reply, provider);
    if (step === undefined || step.prompt.name !== 'consent') return refuse(reply);
    if (request.session.userId === undefined || request.session.userId !== step.session?.accountId)
      return refuse(reply);
    if (fieldOf(request, 'decision') !== 'allow') {
      return finish(request, reply, provider, {
        error: 'access_denied',
        error_description: 'The person at the browser said no',
      });
    }
    const grantId = await saveGrant(provider, step, request.session.userId);
    return finish(request, reply, provider, { consent: { grantId } });
  });
}

/** What was agreed to before stays agreed to. */
async function saveGrant(provider: Provider, step: OAuthStep, accountId: string): Promise<string> {
  const known = step.grantId === undefined ? undefined : await provider.Grant.find(step.grantId);
  const grant = known ?? new provider.Grant({ accountId, clientId: String(step.params['client_id']) });
  grant.addOIDCScope(String(step.params['scope'] ?? ''));
  return grant.save();
}

async function finish(
  request: FastifyRequest,
  reply: FastifyReply,
  provider: Provider,
  result: Parameters<Provider['interactionResult']>[2],
): Promise<FastifyReply> {
  const address = await provider.interactionResult(request.raw, reply.raw, result, {
    mergeWithLastSubmission: !('error' in result),
  });
  return reply.redirect(address, 303);
}

const refuse = (reply: FastifyReply): FastifyReply =>
  sendPage(
    reply,
    400,
    toErrorPage(
      'This step is over',
      'It was begun in another browser, or too long ago.',
      'Go back to the application and begin again.',
    ),
  );
