// Files that come in pieces: begun, cut, gone on with, held to their caller, and gone when nobody comes back.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import type { ApiAnswer } from './api-fixture.js';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';
import { beginUpload, idOf, lookAt, sendPart, toMetadata, upload } from './upload-client.js';

let now = new Date();
let own: OwnApp;
let clerk: OwnCaller;
let other: OwnCaller;
let admin: OwnCaller;

beforeAll(async () => {
  own = await openOwnApp({ api: { uploadBytes: 50_000_000 } }, { ...systemClock, now: () => now });
  await own.addRole('clerk', ['item view all', 'item create all', 'item update all', 'item import all']);
  await own.addRole('looker', ['item view all']);
  clerk = await own.addClient('clerk', ['clerk']);
  other = await own.addClient('other', ['clerk']);
  admin = await own.addClient('admin', ['administrator']);
});
afterAll(() => own?.close());

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const fileOf = (id: string): string => join(own.folder, 'data', 'uploads', id);
const attributesOf = async (id: string, who = clerk) =>
  (await who.get(`/dovetail/uploads/${id}`)).json.data.attributes;

describe('an upload', () => {
  it('comes in parts, and is a resource from its beginning', async () => {
    const bytes = randomBytes(300_000);
    const begun = await beginUpload(clerk, bytes.length, 'Preise "Mai".csv');
    expect([begun.status, begun.headers.get('tus-resumable')]).toEqual([201, '1.0.0']);
    const id = idOf(begun);
    expect(begun.headers.get('location')).toBe(`/api/dovetail/uploads/${id}`);
    expect(new Date(begun.headers.get('upload-expires')!).getTime()).toBeGreaterThan(now.getTime());
    const first = await sendPart(clerk, id, 0, bytes.subarray(0, 100_000));
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, '100000']);
    expect(await attributesOf(id)).toMatchObject({
      name: 'Preise "Mai".csv',
      state: 'receiving',
      size: 300_000,
      received: 100_000,
      sha256: null,
    });
    const stands = await lookAt(clerk, id);
    expect([stands.status, stands.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(stands.headers.get('upload-length')).toBe('300000');
    expect(stands.headers.get('upload-metadata')).toBe(toMetadata('Preise "Mai".csv'));
    const last = await sendPart(clerk, id, 100_000, bytes.subarray(100_000));
    expect(last.headers.get('upload-offset')).toBe('300000');
    expect(await attributesOf(id)).toMatchObject({ state: 'complete', sha256: sha256(bytes) });
    const back = await fetch(`${own.url}/api/dovetail/uploads/${id}/content`, {
      headers: { authorization: `Bearer ${clerk.key}` },
    });
    expect(sha256(Buffer.from(await back.arrayBuffer()))).toBe(sha256(bytes));
    expect(back.headers.get('content-disposition')).toBe(
      `attachment; filename="Preise _Mai_.csv"; filename*=UTF-8''Preise%20%22Mai%22.csv`,
    );
  });

  it('may be whole with its first request, or empty', async () => {
    const whole = await clerk.ask('POST', '/dovetail/uploads', {
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': '5',
        'content-type': 'application/offset+octet-stream',
      },
      body: Buffer.from('sku\nA'),
    });
    expect([whole.status, whole.headers.get('upload-offset')]).toEqual([201, '5']);
    expect(await attributesOf(idOf(whole))).toMatchObject({ name: 'upload', state: 'complete' });
    const empty = await upload(clerk, '');
    expect(await attributesOf(empty)).toMatchObject({ state: 'complete', sha256: sha256(Buffer.alloc(0)) });
  });

  it('goes on where it was cut', async () => {
    const bytes = randomBytes(400_000);
    const id = idOf(await beginUpload(clerk, bytes.length));
    await cutAfter(clerk, id, bytes, 150_000);
    const stands = await lookAt(clerk, id);
    const offset = Number(stands.headers.get('upload-offset'));
    expect(offset).toBe(150_000);
    await sendPart(clerk, id, offset, bytes.subarray(offset));
    expect(await attributesOf(id)).toMatchObject({ state: 'complete', sha256: sha256(bytes) });
  });

  it('is taken over from a connection that only seems to be there', async () => {
    const bytes = randomBytes(200_000);
    const id = idOf(await beginUpload(clerk, bytes.length));
    const hanging = await startPart(clerk, id, bytes.length, bytes.subarray(0, 80_000));
    await untilSize(id, 80_000);
    const offset = Number((await lookAt(clerk, id)).headers.get('upload-offset'));
    expect(offset).toBe(80_000);
    expect((await sendPart(clerk, id, offset, bytes.subarray(offset))).status).toBe(204);
    hanging.destroy();
    expect(await attributesOf(id)).toMatchObject({ sha256: sha256(bytes) });
  });

  it('keeps nothing of a part whose checksum is another one', async () => {
    const bytes = randomBytes(50_000);
    const id = idOf(await beginUpload(clerk, bytes.length));
    const sum = (of: Buffer, name = 'sha1') => `${name} ${createHash(name).update(of).digest('base64')}`;
    const bad = await sendPart(clerk, id, 0, bytes, { 'upload-checksum': sum(Buffer.from('x')) });
    expect([bad.status, bad.json.errors[0].code]).toEqual([460, 'STORAGE-124']);
    expect((await lookAt(clerk, id)).headers.get('upload-offset')).toBe('0');
    const unknown = await sendPart(clerk, id, 0, bytes, { 'upload-checksum': 'crc32 AAAAAA==' });
    expect([unknown.status, unknown.json.errors[0].source.header]).toEqual([400, 'Upload-Checksum']);
    const good = await sendPart(clerk, id, 0, bytes, { 'upload-checksum': sum(bytes, 'sha256') });
    expect(good.status).toBe(204);
    expect(await attributesOf(id)).toMatchObject({ sha256: sha256(bytes) });
  });

  it('is given up, by its protocol or as a resource, and its file goes with it', async () => {
    const [a, b] = [await upload(clerk, 'a'), await upload(clerk, 'b')];
    expect(existsSync(fileOf(a))).toBe(true);
    const one = await clerk.ask('DELETE', `/dovetail/uploads/${a}`, {
      headers: { 'tus-resumable': '1.0.0' },
    });
    expect([one.status, one.headers.get('tus-resumable')]).toEqual([204, '1.0.0']);
    expect((await clerk.ask('DELETE', `/dovetail/uploads/${b}`)).status).toBe(204);
    expect([existsSync(fileOf(a)), existsSync(fileOf(b))]).toEqual([false, false]);
    expect((await lookAt(clerk, a)).status).toBe(404);
  });
});

describe('nobody but its caller', () => {
  it('sees it, sends to it, or takes it away', async () => {
    const id = idOf(await beginUpload(clerk, 10));
    const answers = [
      await lookAt(other, id),
      await sendPart(other, id, 0, 'x'),
      await other.ask('DELETE', `/dovetail/uploads/${id}`, { headers: { 'tus-resumable': '1.0.0' } }),
      await other.ask('DELETE', `/dovetail/uploads/${id}`),
      await other.get(`/dovetail/uploads/${id}`),
      await other.get(`/dovetail/uploads/${id}/content`),
      await sendPart(admin, id, 0, 'x'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404, 404]);
    expect((await other.get('/dovetail/uploads')).json.data).toEqual([]);
    expect((await lookAt(clerk, id)).headers.get('upload-offset')).toBe('0');
  });

  it('uploads who may import nothing, or is not known', async () => {
    const reader = await own.addClient('looker', ['looker']);
    const refused = await beginUpload(reader, 10);
    expect([refused.status, refused.json.errors[0].code]).toEqual([403, 'API-104']);
    const stranger = await fetch(`${own.url}/api/dovetail/uploads`, {
      method: 'POST',
      headers: { 'tus-resumable': '1.0.0', 'upload-length': '10' },
    });
    expect(stranger.status).toBe(401);
  });
});

describe('what an upload refuses', () => {
  it('says what the protocol offers', async () => {
    const { status, headers } = await clerk.ask('OPTIONS', '/dovetail/uploads');
    expect(status).toBe(204);
    expect(headers.get('tus-version')).toBe('1.0.0');
    expect(headers.get('tus-max-size')).toBe('50000000');
    expect(headers.get('tus-extension')).toContain('checksum');
  });

  it('tells what is wrong by the header that says it, and writes nothing', async () => {
    const id = idOf(await beginUpload(clerk, 10));
    const post = (headers: Record<string, string>) => clerk.ask('POST', '/dovetail/uploads', { headers });
    const tus = { 'tus-resumable': '1.0.0' };
    const cases: readonly (readonly [() => Promise<ApiAnswer>, number, string, string?])[] = [
      [() => post({ 'upload-length': '3' }), 412, 'API-541', 'Tus-Resumable'],
      [() => post({ 'tus-resumable': '0.2.2', 'upload-length': '3' }), 412, 'API-541', 'Tus-Resumable'],
      [() => post(tus), 400, 'API-542', 'Upload-Length'],
      [() => post({ ...tus, 'upload-length': '-1' }), 400, 'API-542', 'Upload-Length'],
      [() => post({ ...tus, 'upload-length': '1e3' }), 400, 'API-542', 'Upload-Length'],
      [() => post({ ...tus, 'upload-length': '99999999999999999999' }), 400, 'API-542', 'Upload-Length'],
      [() => post({ ...tus, 'upload-length': '50000001' }), 413, 'STORAGE-121'],
      [() => post({ ...tus, 'upload-defer-length': '1' }), 400, 'API-542', 'Upload-Defer-Length'],
      [
        () => post({ ...tus, 'upload-length': '3', 'upload-metadata': 'filename ???' }),
        400,
        'API-542',
        'Upload-Metadata',
      ],
      [
        () => post({ ...tus, 'upload-length': '3', 'upload-metadata': 'a,a' }),
        400,
        'API-542',
        'Upload-Metadata',
      ],
      [() => sendPart(clerk, id, 3, 'abc'), 409, 'STORAGE-123'],
      [() => sendPart(clerk, id, 0, 'abcdefghijklm'), 413, 'STORAGE-121'],
      [() => sendPart(clerk, id, 0, 'abc', { 'upload-offset': 'x' }), 400, 'API-542', 'Upload-Offset'],
      [() => sendPart(clerk, id, 0, 'abc', { 'content-type': 'text/csv' }), 415, 'API-102', 'Content-Type'],
      [
        () => sendPart(clerk, id, 0, 'abc', { 'content-encoding': 'gzip' }),
        415,
        'API-102',
        'Content-Encoding',
      ],
      [() => sendPart(clerk, 'none', 0, 'abc'), 404, 'STORAGE-120'],
    ];
    for (const [asked, status, code, header] of cases) {
      const answer = await asked();
      const [error] = answer.json.errors;
      expect([answer.status, error.code, error.source?.header]).toEqual([status, code, header]);
    }
    expect((await lookAt(clerk, id)).headers.get('upload-offset')).toBe('0');
    expect((await clerk.patch(`/dovetail/uploads/${id}`, {})).status).toBe(412);
    expect((await clerk.ask('PUT', '/dovetail/uploads')).status).toBe(405);
  });

  it('takes no name for a path', async () => {
    const names = [
      '../../etc/passwd',
      'C:\\temp\\a.csv',
      '..',
      'a\u202Evsc.exe',
      'x\r\nSet-Cookie: a=b',
      '',
      `${'é'.repeat(300)}.csv`,
    ];
    const shown = [];
    for (const name of names) shown.push((await attributesOf(idOf(await beginUpload(clerk, 0, name)))).name);
    expect(shown).toEqual([
      'passwd',
      'a.csv',
      'upload',
      'avsc.exe',
      'xSet-Cookie: a=b',
      'upload',
      `${'é'.repeat(196)}.csv`,
    ]);
    expect(readdirSync(join(own.folder, 'data', 'uploads')).every((name) => /^[\w-]{36}$/.test(name))).toBe(
      true,
    );
  });
});

describe('an upload that nobody comes back for', () => {
  it('is gone after a week, with its file', async () => {
    const id = idOf(await beginUpload(clerk, 10));
    await sendPart(clerk, id, 0, 'half.');
    expect(readFileSync(fileOf(id), 'utf8')).toBe('half.');
    const before = now;
    now = new Date(before.getTime() + 8 * 86_400_000);
    try {
      expect((await lookAt(clerk, id)).status).toBe(404);
      await own.at.database.query(`select dovetail_jobs.add_job('uploads.prune')`);
      await own.work();
      expect(existsSync(fileOf(id))).toBe(false);
    } finally {
      now = before;
    }
  });
});

/** Begins a PATCH of so many bytes, sends some of them, and leaves it open. */
async function startPart(who: OwnCaller, id: string, length: number, first: Buffer) {
  const request = httpRequest(`${own.url}/api/dovetail/uploads/${id}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${who.key}`,
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
      'content-length': String(length),
    },
  });
  request.on('error', () => {});
  await new Promise<void>((sent) => request.write(first, () => sent()));
  return request;
}

async function cutAfter(who: OwnCaller, id: string, bytes: Buffer, count: number): Promise<void> {
  const request = await startPart(who, id, bytes.length, bytes.subarray(0, count));
  await untilSize(id, count);
  request.destroy();
}

/** The server has written so much. */
async function untilSize(id: string, size: number): Promise<void> {
  while (!existsSync(fileOf(id)) || readFileSync(fileOf(id)).length < size)
    await new Promise((done) => setTimeout(done, 5));
}
