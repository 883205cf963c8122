// What the demo does, step by step: a shop, a supplier's file, a big one, the same again, and back out.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { FilesServices } from '../../doors/files/files-services.js';
import type { ImportCall, ImportWatch } from '../../doors/files/import/import-call.js';
import type { RunReport } from '../../doors/files/import/run-report.js';
import type { CliApp } from '../cli-app.js';
import type { CommandContext } from '../command-context.js';
import { openFiles } from '../open-files.js';
import { openLoad } from '../open-load.js';
import { startedBy } from '../started-by.js';
import { bytesText, countOf, countText, durationText } from '../terminal/number-text.js';
import type { ProgressMode } from '../terminal/progress-bar.js';
import { shortPath } from '../terminal/short-path.js';
import { createWatch } from '../watch-run.js';
import { DEMO_FOLDER, prepareShop } from './demo-shop.js';

export interface DemoStep {
  readonly name: string;
  readonly seconds: number;
  /** What came of it, in a sentence. */
  readonly says: string;
  readonly report?: RunReport;
}

/** Runs the whole story; each step is told when it is done. Stops early only by an error or Ctrl-C. */
export async function tellDemo(
  context: CommandContext,
  app: CliApp,
  options: { readonly rows: number; readonly progress: ProgressMode | 'auto' },
): Promise<readonly DemoStep[]> {
  const steps: DemoStep[] = [];
  // Opened, and our schemas set up, only after the shop has found the database to be free.
  let files: FilesServices;
  const folder = join(app.dataFolder, 'demo');
  mkdirSync(folder, { recursive: true });
  const show = (path: string) => shortPath(path, context.host.cwd);

  async function step(name: string, work: () => Promise<string | { says: string; report: RunReport }>) {
    if (context.signal.aborted) return;
    const from = context.clock.now().getTime();
    const outcome = await work();
    const seconds = (context.clock.now().getTime() - from) / 1000;
    const done = { name, seconds, ...(typeof outcome === 'string' ? { says: outcome } : outcome) };
    steps.push(done);
    context.remark(
      `${context.err.style.green('✓')} ${context.err.style.bold(name)}  ${done.says}  ${context.err.style.dim(durationText(seconds))}`,
    );
  }

  const importFile = (path: string) => async () => {
    const watch = createWatch(context, { progress: options.progress, yes: true });
    const call = toDemoCall(path, quietPlan(watch.watch));
    const report = await files.import(call).finally(watch.done);
    return { says: counterText(report), report };
  };

  await step('Demo shop', async () => {
    const openShop = () => openLoad(context);
    const how = await prepareShop({ database: app.database, openLoad: openShop, signal: context.signal });
    const catalog = await app.catalog.read();
    files = await openFiles(context);
    return `${how === 'made' ? 'made' : 'already there'}: ${countOf(catalog.entities.size, 'entity')}`;
  });
  const supplier = join(DEMO_FOLDER, 'files', 'products.csv');
  await step(`Import ${show(supplier)}`, importFile(supplier));
  const big = join(folder, `products-${options.rows}.csv`);
  await step(`Generate ${show(big)}`, async () => {
    if (existsSync(big)) return 'already there';
    const { writeProductFile } = await import('../../../demo/generate-products.mjs');
    // Under another name until it is whole: a demo that was killed must not leave a shorter file behind.
    const summary = await writeProductFile(`${big}.part`, { rows: options.rows, shape: 'shop' });
    renameSync(`${big}.part`, big);
    return `${countOf(summary.rows, 'row')}, ${bytesText(summary.bytes)}`;
  });
  await step('Import it', importFile(big));
  // In a second demo the first import has shown already that nothing changes.
  const changed = steps.at(-1)?.report?.counters;
  if (changed === undefined || changed.added + changed.updated + changed.failed > 0) {
    await step('Import it again', importFile(big));
  }
  const out = join(folder, 'products-export.csv');
  await step(`Export to ${show(out)}`, async () => {
    const bar = context.progress(options.progress);
    const report = await files
      .export({
        startedBy: startedBy(),
        entity: 'product',
        format: 'csv',
        formatOptions: {},
        full: false,
        target: { path: out },
        signal: context.signal,
        onProgress: (progress) => bar.update(progress),
      })
      .finally(() => bar.done());
    return `${countOf(report.rows, 'record')}, ${bytesText(report.bytes)}`;
  });
  return steps;
}

function toDemoCall(path: string, watch: ImportWatch): ImportCall {
  return {
    ...watch,
    startedBy: startedBy(),
    source: { path },
    entity: 'product',
    dryRun: false,
    probe: false,
    onError: 'skip',
    formatOptions: {},
    background: false,
  };
}

/** The demo is about the outcome; how each column was matched is what `import` shows. */
function quietPlan(watch: ImportWatch): ImportWatch {
  const { onPlan: _onPlan, ...rest } = watch;
  return rest;
}

function counterText({ counters, seconds }: RunReport): string {
  const parts = [
    [counters.added, 'added'],
    [counters.updated, 'updated'],
    [counters.unchanged, 'unchanged'],
    [counters.failed, 'failed'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, name]) => `${countText(count)} ${name}`);
  const rate = seconds !== undefined && seconds > 0.2 ? `, ${countText(counters.read / seconds)} rows/s` : '';
  return `${countText(counters.read)} read: ${said.join(', ') || 'nothing to do'}${rate}`;
}
