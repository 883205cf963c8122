// What can go wrong with a job as such, whatever its task does.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const JOBS_ERRORS = {
  101: { title: 'No such task', consequence: 'stop' },
  102: { title: 'Nothing to work on', consequence: 'stop' },
  103: { title: 'The job is no longer ours', consequence: 'stop' },
  104: { title: 'The job queue is not set up', consequence: 'stop' },
  105: { title: 'The payload is no JSON', consequence: 'stop' },
} as const;

export const jobsError = errorRegister('JOBS', JOBS_ERRORS);
