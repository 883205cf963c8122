// The pages people meet, as a browser draws them: light and dark, wide and narrow, by keyboard alone, and for who can't see them.
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, openBrowser } from '../support/browser.js';
import { type OAuthFixture, openOAuth } from './oauth-fixture.js';

const PASSWORD = 'correct horse battery';
const BACK = 'https://shop.example.org/back';
/** Where pictures are to be kept for people to look at. */
const PICTURES = process.env['DOVETAIL_PICTURES'];
const VIEWS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
  ['dark', 320],
] as const;

/** What of a page's own world is looked at: these tests know no DOM. */
interface Window {
  readonly axe: typeof axe;
  readonly document: {
    readonly documentElement: { readonly scrollWidth: number; readonly clientWidth: number };
    readonly activeElement: { readonly textContent: string };
  };
  getComputedStyle(element: object): { readonly outlineStyle: string; readonly outlineWidth: string };
}

let at: OAuthFixture;
let browser: Browser;

async function open(scheme: 'light' | 'dark', width: number): Promise<Page> {
  const viewport = { width, height: 800 };
  const context = await browser.newContext({ colorScheme: scheme, viewport, baseURL: at.url });
  return context.newPage();
}

async function enter(page: Page, password: string): Promise<void> {
  await page.getByLabel('E-mail address').fill('ann@example.com');
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
}

async function check(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as Window).axe.run());
  const told = violations.map(
    ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
  expect(told, name).toEqual([]);
  const beyond = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = (globalThis as unknown as Window).document.documentElement;
    return scrollWidth - clientWidth;
  });
  expect(beyond, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
}

describe.skipIf(noBrowser !== undefined)(`pages${noBrowser === undefined ? '' : ` (${noBrowser})`}`, () => {
  beforeAll(async () => {
    at = await openOAuth();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await at?.close();
  });

  it('of the first start are readable for everybody', async () => {
    const link = (await at.inviteFirst())!;
    for (const [scheme, width] of VIEWS) {
      const page = await open(scheme, width);
      await page.goto(link);
      await page.getByRole('heading', { name: 'Welcome' }).waitFor();
      await check(page, `first-${scheme}-${width}`);
      await page.context().close();
    }
  });

  describe('of who is known', () => {
    const addresses = new Map([
      ['sign-in', '/login?again=1'],
      ['unknown-application', '/oauth/authorize?client_id=999&response_type=code'],
      ['no-link', '/invitation/x'],
    ]);
    let consent: string;
    beforeAll(async () => {
      await at.access.users.create({
        email: 'ann@example.com',
        name: 'Ann Example-Longname of the Northern Branch',
      });
      await at.access.users.setPassword('ann@example.com', PASSWORD);
      const shop = await at.makeClient('Shop', { redirectUris: [BACK], scopes: ['read', 'write', 'import'] });
      const wish = new URLSearchParams({
        client_id: shop.id,
        response_type: 'code',
        redirect_uri: BACK,
        scope: 'openid email read write import',
        code_challenge: 'v'.repeat(43),
        code_challenge_method: 'S256',
      });
      consent = `/oauth/authorize?${wish}`;
    });

    it.each(VIEWS)('are readable for everybody: %s, %i wide', async (scheme, width) => {
      const page = await open(scheme, width);
      const look = (name: string) => check(page, `${name}-${scheme}-${width}`);
      for (const [name, address] of addresses) {
        await page.goto(address);
        await look(name);
      }
      await page.goto('/login');
      await enter(page, 'wrong');
      await page.getByRole('alert').waitFor();
      await look('wrong-password');
      await enter(page, PASSWORD);
      await page.getByRole('heading', { name: /Signed in as Ann/ }).waitFor();
      await look('signed-in');
      await page.getByRole('link', { name: 'Where you are signed in' }).click();
      await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
      await look('sessions');
      await page.goto(consent);
      await page.getByRole('heading', { name: 'Let Shop in?' }).waitFor();
      await look('consent');
      await page.context().close();
    });

    it('are used by the keyboard alone, and show where one is', async () => {
      const page = await open('light', 1280);
      await page.goto('/login');
      await page.locator('#email:focus').waitFor();
      await page.keyboard.type('ann@example.com');
      await page.keyboard.press('Tab');
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: /Signed in as Ann/ }).waitFor();
      await page.goto(consent);
      const reached: string[] = [];
      for (const _ of [1, 2]) {
        await page.keyboard.press('Tab');
        reached.push(
          await page.evaluate(() => {
            const { document, getComputedStyle } = globalThis as unknown as Window;
            const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
            return `${document.activeElement.textContent} ${outlineStyle} ${outlineWidth}`;
          }),
        );
      }
      expect(reached).toEqual(['Let it in solid 3px', 'No solid 3px']);
      await page.context().close();
    });
  });
});
