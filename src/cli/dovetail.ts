#!/usr/bin/env node
// The entry of the command line: hands the process to `runCli` and takes its exit code.
import { readFileSync } from 'node:fs';
import { createApp } from '../app.js';
import { systemClock } from '../foundation/lifecycle/clock.js';
import { runCli } from './run-cli.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

process.exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  version,
  clock: systemClock,
  signals: process,
  createApp,
  endNow: (code) => process.exit(code),
});
// An import that ended before its standard input did would wait for the rest.
process.stdin.destroy();
