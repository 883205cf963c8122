// Where a one-time link leads: the first administrator, or somebody who was invited, sets a password.
import type { Invited } from '../../../engine/access/index.js';
import { escapeHtml, toComplaint, toField, toHidden, toPage } from './page.js';

export interface InvitationForm {
  readonly invited: Invited;
  readonly csrf: string;
  readonly path: string;
  readonly email?: string;
  readonly name?: string;
  readonly complaint?: string;
}

export function toInvitationPage({ invited, csrf, path, email, name, complaint }: InvitationForm): string {
  const isFirst = invited.kind === 'first';
  const who = isFirst
    ? `<p>Nobody can sign in yet. You will be the administrator: you may do everything, and let others in.</p>
${toField({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value: email ?? '', focus: true })}
${toField({ name: 'name', label: 'Name', type: 'text', autocomplete: 'name', value: name ?? '', optional: true })}`
    : `<p>Choose the password for <strong>${escapeHtml(invited.email)}</strong>.</p>
<input type="hidden" name="email" autocomplete="username" value="${escapeHtml(invited.email)}">`;
  return toPage(
    isFirst ? 'Welcome' : `Welcome, ${invited.name}`,
    `${toComplaint(complaint)}<form method="post" action="${escapeHtml(path)}">
${toHidden('_csrf', csrf)}
${who}
${toField({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', hint: 'At least 12 characters; several words are easy to keep in mind.' })}
${toField({ name: 'again', label: 'Once more', type: 'password', autocomplete: 'new-password' })}
<button>Set the password and sign in</button>
</form>`,
  );
}
