#!/usr/bin/env node
// The command `dovetail`. It stands here, not in dist/, because npx looks for it once and remembers what it found: in a
// clone it must be there before anything is built.
import { existsSync } from 'node:fs';

const program = new URL('../dist/program/dovetail.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  console.error(
    'Dovetail is not built yet: `npm run demo` builds and shows it, `npm run build` only builds.',
  );
  process.exitCode = 1;
}
