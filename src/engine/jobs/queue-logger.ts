// graphile-worker's log, cut down: its meta data holds whole jobs with their payloads, which must not get into a log.
import type { Logger } from 'graphile-worker';
import { maskSecrets } from '../../foundation/secrets/secret-mask.js';
import { type JobLog, silentLog } from './job-log.js';

/** `library`: graphile-worker, which is loaded only by whoever runs the queue. */
export function createQueueLogger(
  library: Pick<typeof import('graphile-worker'), 'Logger'>,
  log: JobLog = silentLog,
): Logger {
  return new library.Logger(() => (level, message, meta) => {
    // How each job ended is logged by ourselves, without stacks and payloads.
    if (meta && ('failure' in meta || 'success' in meta)) return;
    const text = maskSecrets(message.split('\n')[0] ?? '');
    if (level === 'error') log.error({}, text);
    else if (level === 'warning') log.warn({}, text);
  });
}
