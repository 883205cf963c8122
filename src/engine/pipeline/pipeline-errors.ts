// What can go wrong with a run as such, whatever it reads or writes.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const pipelineError = errorRegister('PIPELINE', {
  101: { title: 'No such run', consequence: 'stop' },
  102: { title: 'The run is held by another process', consequence: 'retry' },
  103: { title: 'The run cannot be resumed in this state', consequence: 'stop' },
  104: { title: 'The lease of the run was lost', consequence: 'stop' },
  105: { title: 'Too many errors', consequence: 'stop' },
  106: { title: 'The database stayed out of reach', consequence: 'retry' },
  107: { title: 'Cancelled', consequence: 'stop' },
  108: { title: 'The run broke off', consequence: 'stop' },
  109: { title: 'The run cannot be undone', consequence: 'stop' },
});
