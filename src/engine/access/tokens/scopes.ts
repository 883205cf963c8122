// What a token may be used for: a fixed list, each a part of what its bearer may do anyway.
import type { AccessAction } from '../../catalog/index.js';

/** With what each means, in the words that people consent to. */
export const SCOPES = {
  read: 'See records',
  write: 'Create, change and delete records',
  import: 'Import files and batches',
  export: 'Export files',
  admin: 'Manage users, roles and clients',
} as const;
export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES) as readonly Scope[];

const ACTIONS: Readonly<Record<Scope, readonly AccessAction[]>> = {
  read: ['view'],
  write: ['create', 'update', 'delete'],
  import: ['import'],
  export: ['export'],
  admin: [],
};

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text);

/** Those of our scopes that are named in a token; others (`openid`) are not for us. */
export const toScopes = (text: string | undefined): readonly Scope[] =>
  [...new Set((text ?? '').split(' '))].filter(isScope).sort();

/** The actions that scopes leave to a caller. */
export const toActions = (scopes: readonly Scope[]): readonly AccessAction[] =>
  scopes.flatMap((scope) => ACTIONS[scope]);

/** Whether what the caller came with may be used for it; says nothing of what roles allow. */
export const reaches = ({ scopes }: { readonly scopes?: readonly Scope[] }, scope: Scope): boolean =>
  scopes === undefined || scopes.includes(scope);
