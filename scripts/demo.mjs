// The first of the two commands a newcomer needs: sets everything up and shows what Dovetail does.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bootstrap, ROOT } from './bootstrap.mjs';
import { build } from './build.mjs';

bootstrap();
build();
const entry = join(ROOT, 'dist', 'program', 'dovetail.js');
const child = spawn(process.execPath, [entry, 'demo', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
// The terminal sends Ctrl-C to both; the demo decides what it means.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT') child.kill(signal);
  });
}
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
