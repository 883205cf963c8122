// Writes docs/reference anew from the code: `npm run docs`. A test fails as long as the pages are not what the code says.
import { bootstrap, runTool } from './bootstrap.mjs';

bootstrap();
process.exitCode =
  runTool('vitest/vitest.mjs', ['run', 'test/docs/reference.test.ts', '--update']).status ?? 1;
