// What the change stream says of itself, as lines for people, and as the log of the program that runs it beside other work.
import type { StreamEvent } from '../engine/changes/index.js';
import type { JobLog } from '../engine/jobs/job-log.js';
import { DovetailError } from '../foundation/errors/dovetail-error.js';
import { maskSecrets } from '../foundation/secrets/secret-mask.js';
import type { CliApp } from './cli-app.js';
import { countOf } from './terminal/number-text.js';

export function toStreamLine(event: StreamEvent): string {
  switch (event.event) {
    case 'standby':
      return 'Another process reads the change stream; this one takes over when it ends';
    case 'leading':
      return 'This process reads the change stream';
    case 'nothing-watched':
      return 'No table is watched yet; waiting for the first';
    case 'epoch':
      return `Epoch ${event.epoch} of the change stream: ${event.reason}`;
    case 'snapshot':
      return `Read ${event.table} anew: ${countOf(event.records, 'record')}`;
    case 'following':
      return `Following the changes of ${countOf(event.tables, 'table')}`;
    case 'interrupted':
      return `The change stream was interrupted: ${maskSecrets(event.reason)} Again in ${event.seconds} s`;
    case 'slot-large':
      return `PostgreSQL keeps ${toMegabytes(event.bytes)} of WAL for the change stream; at ${toMegabytes(event.limit)} it is given up`;
    case 'stopped':
      return 'The change stream has stopped; nothing is lost';
  }
}

const toMegabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

const WARNINGS: ReadonlySet<StreamEvent['event']> = new Set(['interrupted', 'slot-large']);

/** Runs the stream beside other work, which goes on without it where it can't be read: then the log says why. */
export async function streamBeside(app: CliApp, log: JobLog, signal: AbortSignal): Promise<void> {
  const tell = (event: StreamEvent): void => {
    const { event: name, ...fields } = event;
    if (name === 'nothing-watched' || name === 'stopped') return;
    log[WARNINGS.has(name) || (name === 'epoch' && 'epoch' in fields && fields.epoch > 1) ? 'warn' : 'info'](
      { stream: name },
      toStreamLine(event),
    );
  };
  try {
    await app.changes?.runStream({ signal, tell });
  } catch (error) {
    const { code, hint } = error instanceof DovetailError ? error : { code: undefined, hint: undefined };
    log.warn({ code, hint }, `Changes are not read: ${maskSecrets((error as Error).message)}`);
  }
}
