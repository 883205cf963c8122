// The authorization server is a library of its own (oidc-provider, certified), loaded when the first request wants it.
import type * as OidcProvider from 'oidc-provider';

export type OidcLibrary = typeof OidcProvider;

let library: Promise<OidcLibrary> | undefined;

export function loadProvider(): Promise<OidcLibrary> {
  library ??= importQuietly();
  return library;
}

// On Node 20 it says at its import that it wants 22; it works, our tests run it there, and operators can't do anything about it.
async function importQuietly(): Promise<OidcLibrary> {
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    if (!String(words[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn(...words);
  };
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
}
