// Files that can't be had, or must not be taken: each costs its own row, with line, column, value, code and hint.
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toZip } from '../../formats/workbook-builder.js';
import { countsOf, type ImportWish, toCall, toCsv } from '../import-fixture.js';
import { createFileFieldFixture, type FileFieldFixture, pathOf } from './file-field-fixture.js';
import { gif, jpeg, PDF, png, SVG } from './pictures.js';

let at: FileFieldFixture;
const pauses: number[] = [];
beforeAll(async () => {
  at = await createFileFieldFixture(
    { maxBytes: 20_000, maxPixels: 1_000_000 },
    {
      sleep: async (ms) => void pauses.push(ms),
      fetchLimits: { pauseMs: 100, silenceMs: 300, wholeMs: 1_000, tries: 3 },
    },
  );
});
afterAll(() => at?.drop());
beforeEach(async () => {
  pauses.length = 0;
  at.asked.length = 0;
  at.answers.clear();
  await at.run('truncate product_image, dovetail.field_files cascade');
});

/** Imports the cells, each in a row of its own, with a sound one last; returns the codes of the others. */
async function refusals(cells: readonly string[], wish: ImportWish = {}): Promise<readonly string[]> {
  at.serve('/sound.png', png('sound'));
  const rows = [...cells, at.addressOf('/sound.png')].map((cell, i) => [`P${i + 1}`, 1, cell]);
  const report = await at.import('product_image', toCsv([['sku', 'position', 'picture'], ...rows]), wish);
  expect(countsOf(report)).toMatchObject({ added: 1, failed: cells.length });
  const issues = await at.issues(report);
  issues.forEach((issue, i) => {
    expect(issue).toMatchObject({ line: i + 2, column: 'picture', field: 'picture', value: cells[i] });
    expect(issue.hint, issue.message).toBeTruthy();
  });
  expect(await at.kept()).toEqual([pathOf(png('sound'))]);
  return issues.map(({ code }) => code);
}

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) {
    await new Promise((soon) => setImmediate(soon));
    yield Buffer.alloc(1024);
  }
}

describe('what a cell may not name', () => {
  it('paths that lead out, links that lead out, what is hidden, folders, and what is not there', async () => {
    await mkdir(join(at.folder, 'img'), { recursive: true });
    await mkdir(join(at.folder, '.ssh'), { recursive: true });
    await writeFile(join(at.folder, '.ssh', 'a.png'), png('key'));
    await writeFile(join(at.media, '..', 'secret.png'), png('secret'));
    await symlink(join(at.media, '..', 'secret.png'), join(at.folder, 'img', 'link.png'));
    await symlink(join(at.media, '..'), join(at.folder, 'out'));
    const cells = [
      '../a.png',
      '/etc/passwd',
      'C:\\a.png',
      'img/../../a.png',
      'img/link.png',
      'out/secret.png',
    ];
    expect(await refusals([...cells, '.ssh/a.png', 'img', 'none.png'])).toEqual([
      ...cells.map(() => 'FILES-141'),
      'FILES-141',
      'FILES-140',
      'FILES-140',
    ]);
  });

  it('other kinds of addresses, and data that is none', async () => {
    const cells = [
      'file:///etc/passwd',
      'ftp://example.org/a.png',
      'javascript:alert(1)',
      'data:image/png,abc',
    ];
    expect(await refusals(cells)).toEqual(cells.map(() => 'FILES-147'));
    const large = toCsv([
      ['sku', 'position', 'picture'],
      ['P1', 1, `data:image/png;base64,${'A'.repeat(2_100_000)}`],
    ]);
    expect((await at.import('product_image', large)).errors).toMatchObject([{ code: 'FILES-142', count: 1 }]);
  });

  it('private addresses, by name, by number and by redirect', async () => {
    at.answers.set('/inside', (_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    });
    at.answers.set('/other-port', (_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${at.port + 1}/` }).end();
    });
    at.answers.set('/round', (_request, response) => response.writeHead(302, { location: '/round' }).end());
    const cells = ['http://10.0.0.1/a.png', 'http://localhost:1/a.png', 'http://[::1]/a.png'];
    const redirects = [at.addressOf('/inside'), at.addressOf('/other-port'), at.addressOf('/round')];
    expect(await refusals([...cells, ...redirects])).toEqual([...cells, ...redirects].map(() => 'FILES-145'));
  });
});

describe('what a file may not be', () => {
  it('too large, however that is said, or without an end', async () => {
    await writeFile(join(at.folder, 'large.png'), Buffer.concat([png(), Buffer.alloc(30_000)]));
    at.answers.set('/said', (_request, response) => {
      response.writeHead(200, { 'content-length': '99999999' }).write('x');
    });
    let open = 0;
    at.answers.set('/endless', (_request, response) => {
      open++;
      response.on('close', () => open--);
      Readable.from(endless()).pipe(response);
    });
    expect(await refusals(['large.png', at.addressOf('/said'), at.addressOf('/endless')])).toEqual([
      'FILES-142',
      'FILES-142',
      'FILES-142',
    ]);
    await expect.poll(() => open).toBe(0);
    // It stays too large: asked once.
    expect(pauses).toEqual([]);
  });

  it('of another type than the field takes, whatever it is called', async () => {
    await writeFile(join(at.folder, 'a.png'), PDF);
    await writeFile(join(at.folder, 'b.svg'), SVG);
    await writeFile(join(at.folder, 'c.jpg'), '<html><script>alert(1)</script></html>');
    await writeFile(join(at.folder, 'empty.png'), '');
    at.answers.set('/lies.jpg', (_request, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end('MZ\x90\0');
    });
    const cells = ['a.png', 'b.svg', 'c.jpg', 'empty.png', at.addressOf('/lies.jpg')];
    expect(await refusals(cells)).toEqual(cells.map(() => 'FILES-143'));
  });

  it('an image of too many pixels, or one that does not say how many', async () => {
    await writeFile(join(at.folder, 'bomb.png'), png(0, { width: 60_000, height: 60_000 }));
    await writeFile(join(at.folder, 'bomb.jpg'), jpeg(65_535, 65_535));
    await writeFile(join(at.folder, 'bomb.gif'), gif(50_000, 50_000));
    await writeFile(join(at.folder, 'cut.jpg'), jpeg(10, 10).subarray(0, 4000));
    const cells = ['bomb.png', 'bomb.jpg', 'bomb.gif', 'cut.jpg'];
    expect(await refusals(cells)).toEqual(cells.map(() => 'FILES-144'));
  });

  it('something in a zip file that unpacks to more than the field takes', async () => {
    const bomb = Buffer.concat([png(), Buffer.alloc(5_000_000)]);
    const zip = await toZip({
      'product_image.csv': toCsv([
        ['sku', 'position', 'picture'],
        ['P1', 1, 'a.png'],
        ['P2', 1, 'none.png'],
      ]),
      'a.png': bomb,
    });
    const report = await at.import('product_image', zip, { name: 'a.zip' });
    expect(countsOf(report)).toEqual({ read: 2, failed: 2 });
    expect((await at.issues(report)).map(({ code }) => code)).toEqual(['FILES-142', 'FILES-140']);
  });

  it('something in a zip file that is damaged', async () => {
    const zip = await toZip({
      'product_image.csv': toCsv([
        ['sku', 'position', 'picture'],
        ['P1', 1, 'a.png'],
      ]),
      'a.png': png('a'),
    });
    // The first byte of what is packed, behind the name: its kind of block is then one that there isn't.
    const packed = zip.indexOf('a.png') + 'a.png'.length;
    zip[packed] = 0xff;
    const report = await at.import('product_image', zip, { name: 'damaged.zip' });
    expect(await at.issues(report)).toMatchObject([
      {
        code: 'FILES-148',
        line: 2,
        column: 'picture',
        field: 'picture',
        value: 'a.png',
        hint: expect.stringMatching(/./),
      },
    ]);
  });

  it('taken by a stored path that another field of the storage may hold, but this one not', async () => {
    await writeFile(join(at.folder, 'a.png'), png('a'));
    const [path, unknown] = [pathOf(PDF, 'pdf'), pathOf(Buffer.from('never there'))];
    await mkdir(join(at.media, path.slice(0, 2)), { recursive: true });
    await writeFile(join(at.media, path), PDF);
    const source = toCsv([
      ['sku', 'position', 'picture'],
      ['P1', 1, path],
      ['P2', 1, unknown],
    ]);
    const report = await at.import('product_image', source);
    expect((await at.issues(report)).map(({ code }) => code)).toEqual(['FILES-143', 'FILES-140']);
    await rm(join(at.media, path));
  });
});

describe('an address that does not answer', () => {
  it('is tried again where that may help, and not where it will not', async () => {
    at.answers.set('/broken', (_request, response) => response.writeHead(503).end());
    at.answers.set('/gone', (_request, response) => response.writeHead(410).end());
    at.answers.set('/silent', () => {});
    at.answers.set('/cut', (_request, response) => {
      response.writeHead(200, { 'content-length': '5000' }).write(png().subarray(0, 20));
      setImmediate(() => response.destroy());
    });
    const cells = ['/broken', '/gone', '/silent', '/cut'].map((path) => at.addressOf(path));
    expect(await refusals(cells)).toEqual(['FILES-146', 'FILES-145', 'FILES-146', 'FILES-146']);
    const tries = (path: string) => at.asked.filter(({ url }) => url === path).length;
    expect(['/broken', '/gone', '/silent', '/cut'].map(tries)).toEqual([3, 1, 3, 3]);
    expect(pauses.filter((ms) => ms === 100).length).toBe(3);
  });

  it('drips for ever: the whole has a limit too', async () => {
    at.answers.set('/drip', (_request, response) => {
      response.writeHead(200).write('x');
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
    });
    expect(await refusals([at.addressOf('/drip')])).toEqual(['FILES-146']);
  });

  it('is asked again when it said so, unless that is long', async () => {
    let busy = 2;
    at.answers.set('/busy.png', (_request, response) => {
      if (busy-- > 0) response.writeHead(429, { 'retry-after': '7' }).end();
      else response.end(png('sound'));
    });
    at.answers.set('/tomorrow.png', (_request, response) =>
      response.writeHead(503, { 'retry-after': '86400' }).end(),
    );
    const source = toCsv([
      ['sku', 'position', 'picture'],
      ['P1', 1, at.addressOf('/busy.png')],
      ['P2', 1, at.addressOf('/tomorrow.png')],
    ]);
    const report = await at.import('product_image', source);
    expect(countsOf(report)).toEqual({ read: 2, added: 1, failed: 1 });
    expect(report.errors[0]).toMatchObject({ code: 'FILES-146', hint: expect.stringContaining('retry') });
    expect(pauses).toEqual([7_000, 7_000]);
    // What failed is imported again as any failed row.
    at.serve('/tomorrow.png', png('late'));
    const again = await at.files.import({
      ...toCall({}),
      entity: 'product_image',
      source: { path: report.failedRows!.file },
    });
    expect(countsOf(again)).toEqual({ read: 1, added: 1 });
  });

  it('belongs to a host that is given up after ten in a row', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => [`P${i + 1}`, 1, at.addressOf(`/dead-${i}`)]);
    for (let i = 0; i < 40; i++)
      at.answers.set(`/dead-${i}`, (_request, response) => response.writeHead(500).end());
    const report = await at.import('product_image', toCsv([['sku', 'position', 'picture'], ...rows]));
    expect(countsOf(report)).toEqual({ read: 40, failed: 40 });
    const asked = new Set(at.asked.map(({ url }) => url)).size;
    expect(asked).toBeGreaterThanOrEqual(10);
    expect(asked).toBeLessThan(20);
  });

  it('is told without what may be a secret of it', async () => {
    const report = await at.import(
      'product_image',
      toCsv([
        ['sku', 'position', 'picture'],
        ['P1', 1, `http://joe:hush@127.0.0.1:${at.port}/x?sig=hush`],
      ]),
    );
    const [issue] = await at.issues(report);
    expect(issue!.message).not.toContain('hush');
    expect(issue!.value).not.toContain('joe:hush');
  });
});
