// What a person sees where a step can't be taken.
import type { KoaContextWithOIDC } from 'oidc-provider';
import { toPage, toPageHeaders, toProse } from './page.js';

export const toErrorPage = (title: string, detail: string, hint?: string): string =>
  toPage(
    title,
    `<p role="alert">${toProse(detail)}</p>${hint === undefined ? '' : `<p class="hint">${toProse(hint)}</p>`}`,
  );

/** Errors of the authorization server that can't be told to the application, because it is not known to be one. */
export function sendProviderError(
  ctx: KoaContextWithOIDC,
  { error, error_description: says }: { readonly error: string; readonly error_description?: string },
): void {
  ctx.set({ ...toPageHeaders() });
  ctx.body = toErrorPage(
    'The application cannot be let in',
    `What it asks for is refused: ${says === undefined ? error : `${says} (${error})`}.`,
    'Whoever runs the application can mend it: its settings here and there must be the same.',
  );
}
