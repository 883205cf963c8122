// A headless Chromium, where this machine has one.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** Why there is none; undefined if there is one. */
export const noBrowser = CHROMIUM === undefined ? 'this machine has no Chromium' : undefined;

/** What a browser does by itself, such as looking for its own updates, is off: it asks nobody but the page's server. */
export async function openBrowser(): Promise<Browser> {
  const quiet = ['background-networking', 'component-update', 'sync', 'quic', 'gpu'].map(
    (what) => `--disable-${what}`,
  );
  // Its sandbox needs rights that a container seldom gives.
  return chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', ...quiet] });
}
