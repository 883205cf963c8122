// Installs the packages if they are missing or not those of the lock file. Plain Node: it runs before anything is there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];

/** Makes sure that what the lock file names is installed; ends the process with a clear word if that can't be done. */
export function bootstrap() {
  checkNode();
  const reason = findReasonToInstall();
  if (reason === undefined) return;
  console.error(`Installing packages (npm ci): ${reason}`);
  // Without install scripts: nothing we use needs one, and none should run unseen.
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--update-notifier=false',
    '--include=dev',
    '--include=optional',
  ];
  const { status } = runNpm(args);
  if (status !== 0) {
    console.error(
      'npm ci failed; the lines above say why. Without a network, copy a node_modules folder that fits.',
    );
    process.exit(1);
  }
}

/** Runs a program of `node_modules/.bin` by its JavaScript file, which works the same on every system. */
export function runTool(file, args, options = {}) {
  return spawnSync(process.execPath, [join(ROOT, 'node_modules', file), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    ...options,
  });
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

function runNpm(args) {
  // Under `npm run` this names the npm in use; Windows has only a shell script otherwise.
  const npm = process.env.npm_execpath;
  return npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: ROOT, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
}

// By content, not by date: npm keeps beside the packages a list of what it installed.
function findReasonToInstall() {
  const libc = readLibc();
  const wanted = readPackages(join(ROOT, 'package-lock.json'));
  if (!existsSync(join(ROOT, 'node_modules'))) return 'there are none yet';
  const installed = readPackages(join(ROOT, 'node_modules', '.package-lock.json'));
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link || !isForThisMachine(entry, libc)) continue;
    const found = installed[path];
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (found === undefined) return `${name} is missing`;
    if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${name} is ${found.version}, not ${entry.version}`;
    }
  }
  return undefined;
}

function readPackages(file) {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).packages ?? {}) : {};
}

function isForThisMachine({ os, cpu, libc, optional }, ourLibc) {
  // What only goes with an optional package for other machines says nothing of machines itself.
  if (optional && os === undefined && cpu === undefined) return false;
  return fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, ourLibc);
}

function fits(list, value) {
  if (list === undefined) return true;
  const names = [list].flat();
  const refused = names.filter((name) => name.startsWith('!'));
  return refused.length > 0 ? !refused.includes(`!${value}`) : names.includes(value);
}

function readLibc() {
  if (process.platform !== 'linux') return undefined;
  // Asking the network's names may take seconds.
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) bootstrap();
