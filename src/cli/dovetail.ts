#!/usr/bin/env node
// The entry of the command line: hands the process to `runCli` and takes its exit code.
import { readVersion } from '../foundation/config/package-folder.js';
import { systemClock } from '../foundation/lifecycle/clock.js';
import { runCli } from './run-cli.js';

process.exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  version: readVersion(),
  clock: systemClock,
  signals: process,
  // Most of the program, which neither help nor a look at a file needs.
  createApp: async (settings) => (await import('../app.js')).createApp(settings),
  endNow: (code) => process.exit(code),
});
// An import that ended before its standard input did would wait for the rest.
process.stdin.destroy();
