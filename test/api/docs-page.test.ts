// The page over the description: it needs no key and nothing from elsewhere.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, openBrowser } from '../support/browser.js';
import { openTestApi, type TestApi } from './api-fixture.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({
    setUp: `create table brand (id int generated always as identity primary key, name text not null);
      insert into brand (name) values ('Bosch')`,
  });
});
afterAll(() => api?.close());

const fetchOpen = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${api.url}${path}`, { headers });

describe('the page of the API', () => {
  it('comes without a key, and names only files that are served, with the right types', async () => {
    const page = await fetchOpen('/api/docs');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const named = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)]
      .map((match) => match[1]!)
      .filter((address) => !address.startsWith('data:'));
    expect(named.length).toBe(4);
    for (const address of named) {
      const at = new URL(address, page.url);
      expect(at.host).toBe(new URL(api.url).host);
      const file = await fetch(at);
      const type = address.endsWith('.css') ? 'text/css' : 'text/javascript';
      expect([address, file.status, file.headers.get('content-type')]).toEqual([
        address,
        200,
        `${type}; charset=utf-8`,
      ]);
      expect((await file.text()).length).toBeGreaterThan(100);
    }
  });

  it('lets the browser load nothing from elsewhere, and no script that stands in a page', async () => {
    const policy = (await fetchOpen('/api/docs')).headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(await (await fetchOpen('/api/docs')).text()).not.toMatch(/<script>|<style>|\son\w+=|https?:/);
  });

  it('sends its files packed where they may be, and not again where they are known', async () => {
    const plain = await fetchOpen('/api/docs/swagger-ui-bundle.js', { 'accept-encoding': 'identity' });
    const packed = await fetchOpen('/api/docs/swagger-ui-bundle.js', { 'accept-encoding': 'gzip' });
    expect([plain.headers.get('content-encoding'), packed.headers.get('content-encoding')]).toEqual([
      null,
      'gzip',
    ]);
    expect(Number(packed.headers.get('content-length'))).toBeLessThan(
      Number(plain.headers.get('content-length')) / 2,
    );
    expect(await packed.text()).toBe(await plain.text());
    const again = await fetchOpen('/api/docs/swagger-ui-bundle.js', {
      'if-none-match': plain.headers.get('etag')!,
    });
    expect(again.status).toBe(304);
  });

  it('has no other files, and leads nowhere else', async () => {
    for (const name of ['index.html', 'constructor', '..%2fpackage.json', '%2e%2e%2f%2e%2e%2fpackage.json'])
      expect([name, (await fetchOpen(`/api/docs/${name}`)).status]).toEqual([name, 404]);
  });

  it('is not what it describes: the API below it still asks for a key', async () => {
    expect((await fetchOpen('/api/openapi.json')).status).toBe(401);
    expect((await fetchOpen('/api/brands')).status).toBe(401);
  });
});

describe.skipIf(noBrowser !== undefined)('the page in a browser', () => {
  it('shows what a key may do, tries it, and breaks none of its own rules', async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const elsewhere: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => {
        if (!/^data:/.test(request.url()) && !request.url().startsWith(api.url))
          elsewhere.push(request.url());
      });
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(`${api.url}/api/docs`);
      await page.fill('#key', 'wrong');
      await page.click('#ask button');
      expect(await page.locator('.wrong').textContent()).toContain('not valid');
      await page.fill('#key', 'test');
      await page.click('#ask button');
      await page.locator('[id="operations-tag-brands"]').click();
      await page.locator('.opblock-get .opblock-summary').first().click();
      await page.locator('.try-out__btn').click();
      const answered = page.waitForResponse((response) => response.url().startsWith(`${api.url}/api/brands`));
      await page.locator('.execute').click();
      const answer = await answered;
      expect([answer.status(), ((await answer.json()) as { data: object[] }).data]).toMatchObject([
        200,
        [{ attributes: { name: 'Bosch' } }],
      ]);
      await page.locator('.live-responses-table').waitFor();
      expect([elsewhere, complaints]).toEqual([[], []]);
    } finally {
      await browser.close();
    }
  }, 120_000);
});
