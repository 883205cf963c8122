// A storage whose library nobody installed says so, and how to get it.
import { expect, it } from 'vitest';
import { loadPart } from './load-part.js';

const ABOUT = { name: 'ssh2', install: 'npm install --ignore-scripts ssh2' };

it('names the package that is missing', async () => {
  const missing = 'no-such-package-of-ours';
  await expect(loadPart(() => import(missing), ABOUT)).rejects.toMatchObject({
    code: 'STORAGE-106',
    detail: 'The package ssh2 is not installed.',
    hint: expect.stringContaining('npm install --ignore-scripts ssh2'),
  });
});

it('leaves every other trouble as it is', async () => {
  const broken = async () => {
    throw new Error('it is broken');
  };
  await expect(loadPart(broken, ABOUT)).rejects.toThrow('it is broken');
});
