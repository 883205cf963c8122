// Where somebody decides what an application may do in their name.
import { SCOPES, toScopes } from '../../../engine/access/index.js';
import { escapeHtml, toHidden, toPage } from './page.js';

export interface ConsentForm {
  readonly csrf: string;
  readonly path: string;
  readonly application: string;
  /** Where the browser goes afterwards. */
  readonly leadsTo: string;
  readonly person: string;
  /** As they were asked for. */
  readonly scope: string;
}

const IDENTITY: Readonly<Record<string, string>> = {
  openid: 'Know that it is you',
  profile: 'Know your name',
  email: 'Know your e-mail address',
};

export function toConsentPage({ csrf, path, application, leadsTo, person, scope }: ConsentForm): string {
  const asked = scope.split(' ');
  const lines = [
    ...asked.flatMap((one) => IDENTITY[one] ?? []),
    ...toScopes(scope).map((one) => `${SCOPES[one]}, as far as you may`),
  ];
  return toPage(
    `Let ${application} in?`,
    `<p>You are <strong>${escapeHtml(person)}</strong>. In your name it wants to</p>
<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>
<p class="hint">Then you go to ${escapeHtml(leadsTo)}.</p>
<form method="post" action="${escapeHtml(path)}">
${toHidden('_csrf', csrf)}
<button name="decision" value="allow">Let it in</button>
<button class="other" name="decision" value="refuse">No</button>
</form>`,
  );
}
