// Where a client does by API what a command does here; and of what stays on the command line, why. Commands without subcommands only.

export type ApiCounterpart =
  /** Methods and addresses below `/api`; `says` what is particular there. */
  | { readonly api: readonly string[]; readonly says?: string }
  /** Why there is none. */
  | { readonly here: string };

const OWN = '/dovetail';
const HOLDERS = (name: 'users' | 'clients') => `PATCH ${OWN}/${name}/{id}`;
const ROLE = `PATCH ${OWN}/roles/{id}`;
const SCHEDULE = `PATCH ${OWN}/schedules/{id}`;
const SUBSCRIPTION = `PATCH ${OWN}/subscriptions/{id}`;
const WHOLE_ROLES = 'The attribute `roles` is all it is to have.';
const MACHINE = 'It is about this machine and its processes, not about the data.';
const PROJECT =
  'It runs scripts and code of the project’s folder, which never come by the network; `GET /dovetail/loaded-files` shows what was loaded.';
const DAILY = 'Workers do it every day, by what the configuration says; this is for whoever wants it now.';

/** By the words of the command. */
export const API_COUNTERPARTS: Readonly<Record<string, ApiCounterpart>> = {
  demo: { here: MACHINE },
  init: { here: 'It sets up the database that the API needs.' },
  uninstall: { here: 'It takes away what the API stands on.' },
  doctor: {
    here: 'It looks at the machine it runs on. What a server knows of itself is at `/health`, `/ready` and `/metrics`.',
  },
  start: { here: MACHINE },
  serve: { here: MACHINE },
  work: { here: MACHINE },
  'entities list': { api: [`GET ${OWN}/entities`] },
  'entities show': { api: [`GET ${OWN}/entities/{id}`], says: '`?include=fields` has the fields.' },
  inspect: {
    api: [`POST ${OWN}/uploads`, `POST ${OWN}/inspections`],
    says: 'The file is uploaded, by the tus protocol.',
  },
  import: {
    api: [`POST ${OWN}/uploads`, `POST ${OWN}/runs`],
    says: 'With `dryRun` it is tried. Of a zip file with several tables each is a run, by `member`.',
  },
  export: {
    api: [
      `POST ${OWN}/runs`,
      `GET ${OWN}/runs/{id}/file`,
      `GET ${OWN}/entities/{id}/template`,
      `GET ${OWN}/exports/{id}`,
    ],
    says: '`kind` is `export`; the relationship `export` makes a saved one (`--saved`). Several entities are several runs.',
  },
  'exports list': { api: [`GET ${OWN}/exports`] },
  'exports show': { api: [`GET ${OWN}/exports/{id}`] },
  'exports save': { api: [`POST ${OWN}/exports`, `PATCH ${OWN}/exports/{id}`] },
  'exports delete': { api: [`DELETE ${OWN}/exports/{id}`] },
  'load apply': { here: PROJECT },
  'load status': { here: PROJECT },
  'load accept': { here: PROJECT },
  'load forget': { here: PROJECT },
  'mapping list': { api: [`GET ${OWN}/mappings`, `GET ${OWN}/mapping-versions`] },
  'mapping show': { api: [`GET ${OWN}/mappings/{id}`, `GET ${OWN}/mapping-versions/{id}`] },
  'mapping save': { api: [`POST ${OWN}/mappings`, `PATCH ${OWN}/mappings/{id}`] },
  'mapping delete': { api: [`DELETE ${OWN}/mappings/{id}`] },
  'mapping suggest': { api: [`POST ${OWN}/inspections`], says: 'With `suggest` the report has a mapping.' },
  'mapping check': {
    api: [`GET ${OWN}/mappings/{id}/check`, `POST ${OWN}/mappings`],
    says: 'One that is not saved with `dryRun`; with the relationship `upload` against the columns of a file.',
  },
  'runs list': { api: [`GET ${OWN}/runs`] },
  'runs show': { api: [`GET ${OWN}/runs/{id}`] },
  'runs errors': {
    api: [
      `GET ${OWN}/runs/{id}/issues`,
      `GET ${OWN}/runs/{id}/issues.ndjson`,
      `GET ${OWN}/runs/{id}/failed-rows`,
    ],
  },
  'runs cancel': { api: [`PATCH ${OWN}/runs/{id}`], says: 'The state `cancelled`.' },
  'runs resume': { api: [`PATCH ${OWN}/runs/{id}`], says: 'The state `queued`.' },
  'runs repeat': {
    api: [`POST ${OWN}/runs`],
    says: 'The relationship `repeats`. An export whose file was put somewhere on the machine is repeated there.',
  },
  'runs undo': {
    api: [`POST ${OWN}/runs`],
    says: 'The relationship `undoes`; with `dryRun` it is only looked at.',
  },
  'runs prune': { here: DAILY },
  'files prune': { here: 'It walks storages, and is for whoever pays for them.' },
  'schedules list': { api: [`GET ${OWN}/schedules`] },
  'schedules show': { api: [`GET ${OWN}/schedules/{id}`, `GET ${OWN}/schedules/{id}/firings`] },
  'schedules add import': {
    api: [`POST ${OWN}/schedules`, SCHEDULE],
    says: 'From storages and addresses; folders of the machine and headers are said on it.',
  },
  'schedules add export': { api: [`POST ${OWN}/schedules`, SCHEDULE], says: 'Into a storage.' },
  'schedules pause': { api: [SCHEDULE], says: 'The attribute `paused`.' },
  'schedules resume': { api: [SCHEDULE], says: 'The attribute `paused`.' },
  'schedules run': { api: [`POST ${OWN}/firings`] },
  'schedules remove': { api: [`DELETE ${OWN}/schedules/{id}`] },
  'subscriptions list': { api: [`GET ${OWN}/subscriptions`] },
  'subscriptions show': { api: [`GET ${OWN}/subscriptions/{id}`] },
  'subscriptions create': {
    api: [`POST ${OWN}/subscriptions`],
    says: 'It is the caller’s, and tells what they may see.',
  },
  'subscriptions pause': { api: [SUBSCRIPTION], says: 'The attribute `paused`.' },
  'subscriptions resume': { api: [SUBSCRIPTION], says: 'The attribute `paused`.' },
  'subscriptions replay': { api: [SUBSCRIPTION], says: 'The attributes `replayFrom` and `retryGivenUp`.' },
  'subscriptions test': {
    api: [`POST ${OWN}/deliveries`],
    says: 'With the relationship `subscription` only.',
  },
  'subscriptions rotate-secret': {
    here: 'Its answer is a secret that is shown once; by API a second subscription is made, and the first deleted.',
  },
  'subscriptions delete': { api: [`DELETE ${OWN}/subscriptions/{id}`] },
  'deliveries list': { api: [`GET ${OWN}/deliveries`] },
  'deliveries show': { api: [`GET ${OWN}/deliveries/{id}`], says: 'Without what was sent.' },
  'deliveries resend': { api: [`POST ${OWN}/deliveries`], says: 'The attribute `of`.' },
  'roles list': { api: [`GET ${OWN}/roles`] },
  'roles show': { api: [`GET ${OWN}/roles/{id}`] },
  'roles create': { api: [`POST ${OWN}/roles`] },
  'roles change': { api: [ROLE] },
  'roles delete': { api: [`DELETE ${OWN}/roles/{id}`] },
  'roles grant': { api: [ROLE], says: 'The attribute `permissions` is all it allows.' },
  'roles revoke': { api: [ROLE], says: 'The attribute `permissions` is all it allows.' },
  'roles field': { api: [ROLE], says: 'The attribute `fields` has all its exceptions.' },
  'alerts list': { api: [`GET ${OWN}/alerts`] },
  'alerts show': { api: [`GET ${OWN}/alerts/{id}`] },
  'alerts acknowledge': {
    api: [`PATCH ${OWN}/alerts/{id}`],
    says: 'The attribute `state`, one alert at a time.',
  },
  'alerts resolve': {
    api: [`PATCH ${OWN}/alerts/{id}`],
    says: 'The attribute `state`, one alert at a time.',
  },
  'alerts cleanup': { api: [`DELETE ${OWN}/alerts/{id}`], says: 'One alert at a time.' },
  'changes list': {
    here: 'Changes are followed at `GET /api/changes`, which is no resource: page by page, or as server-sent events.',
  },
  'changes tail': { here: 'The same: `GET /api/changes` with `Accept: text/event-stream`.' },
  stream: { here: MACHINE },
  watch: { here: 'It alters the tables of the application, and shows what it will do first.' },
  unwatch: { here: 'It alters the tables of the application, and shows what it will do first.' },
  'users list': { api: [`GET ${OWN}/users`] },
  'users show': { api: [`GET ${OWN}/users/{id}`] },
  'users create': { api: [`POST ${OWN}/users`] },
  'users change': { api: [HOLDERS('users')] },
  'users password': { api: [HOLDERS('users')], says: 'The attribute `password`.' },
  'users sign-out': { api: [HOLDERS('users')], says: 'The attribute `signedOut`.' },
  'users disable': { api: [HOLDERS('users')], says: 'The attribute `disabled`.' },
  'users enable': { api: [HOLDERS('users')], says: 'The attribute `disabled`.' },
  'users grant': { api: [HOLDERS('users')], says: WHOLE_ROLES },
  'users revoke': { api: [HOLDERS('users')], says: WHOLE_ROLES },
  'users invite': { api: [`POST ${OWN}/invitations`] },
  'users delete': { api: [`DELETE ${OWN}/users/{id}`] },
  'clients list': { api: [`GET ${OWN}/clients`] },
  'clients show': { api: [`GET ${OWN}/clients/{id}`] },
  'clients create': { api: [`POST ${OWN}/clients`] },
  'clients change': { api: [HOLDERS('clients')] },
  'clients disable': { api: [HOLDERS('clients')], says: 'The attribute `disabled`.' },
  'clients enable': { api: [HOLDERS('clients')], says: 'The attribute `disabled`.' },
  'clients grant': { api: [HOLDERS('clients')], says: WHOLE_ROLES },
  'clients revoke': { api: [HOLDERS('clients')], says: WHOLE_ROLES },
  'clients delete': { api: [`DELETE ${OWN}/clients/{id}`] },
  'clients oauth': {
    api: [
      `GET ${OWN}/oauth-clients/{id}`,
      `POST ${OWN}/oauth-clients`,
      `PATCH ${OWN}/oauth-clients/{id}`,
      `DELETE ${OWN}/oauth-clients/{id}`,
    ],
    says: 'Another secret by a POST with `rotateSecret`. Whether it is public is said when they are made.',
  },
  'clients keys list': { api: [`GET ${OWN}/keys`, `GET ${OWN}/clients/{id}/keys`] },
  'clients keys create': { api: [`POST ${OWN}/keys`] },
  'clients keys rotate': { api: [`POST ${OWN}/keys`], says: 'The relationship `replaces`.' },
  'clients keys revoke': { api: [`PATCH ${OWN}/keys/{id}`] },
  'units list': { api: [`GET ${OWN}/units`] },
  'units create': { api: [`POST ${OWN}/units`] },
  'units change': { api: [`PATCH ${OWN}/units/{id}`] },
  'units delete': { api: [`DELETE ${OWN}/units/{id}`] },
};
