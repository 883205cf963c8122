import { describe, expect, it } from 'vitest';
import type { Caller } from './caller.js';
import { EVERYONE } from './grants/everyone.js';
import type { RoleGrants } from './grants/grants.js';
import { toCallerGrants, toOwnGrants } from './policy.js';

const everything: RoleGrants = { permissions: [{ entity: '*', action: 'view', level: 'all' }], fields: [] };
const policy = { roles: new Map([['administrator', everything]]), units: [] };
const caller: Caller = { kind: 'client', id: '1', name: 'webshop', roles: ['administrator'] };

describe('grants of a caller with scopes', () => {
  it('hold only the actions of the scopes; without scopes, all', () => {
    expect(toCallerGrants(policy, caller).actions).toBeUndefined();
    expect(toCallerGrants(policy, { ...caller, scopes: [] }).actions).toEqual([]);
    expect(toCallerGrants(policy, { ...caller, scopes: ['export', 'read'] }).actions).toEqual([
      'export',
      'view',
    ]);
  });

  it("reach what is Dovetail's own by roles only with the scope for it", () => {
    expect(toOwnGrants(policy, caller).roles).toEqual([everything, EVERYONE]);
    expect(toOwnGrants(policy, { ...caller, scopes: ['admin', 'read'] }).roles).toEqual([
      everything,
      EVERYONE,
    ]);
    expect(toOwnGrants(policy, { ...caller, scopes: ['read', 'write'] }).roles).toEqual([EVERYONE]);
  });
});
