// What can go wrong on the way to an address on the network, and with our own.
import { errorRegister } from '../errors/dovetail-error.js';

export const HTTP_ERRORS = {
  101: { title: 'This is no address', consequence: 'stop' },
  102: { title: 'Private addresses are not asked', consequence: 'stop' },
  103: { title: 'The address does not answer', consequence: 'retry' },
  104: { title: 'The answer took too long', consequence: 'retry' },
  105: { title: 'The answer is too large', consequence: 'stop' },
  106: { title: 'Too many redirects', consequence: 'stop' },
  107: { title: 'The address refuses', consequence: 'stop' },
  108: { title: 'The address is busy or broken', consequence: 'retry' },
  121: { title: 'The server cannot listen there', consequence: 'stop' },
} as const;

export const httpError = errorRegister('HTTP', HTTP_ERRORS);
