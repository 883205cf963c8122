// The register of the API door: 1xx the request as a whole, 2xx its query, 3xx its document, 4xx what is stored.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const API_ERRORS = {
  101: { title: 'No acceptable media type', consequence: 'stop' },
  102: { title: 'Unsupported media type', consequence: 'stop' },
  103: { title: 'Who is asking is not known', consequence: 'stop' },
  104: { title: 'Not allowed', consequence: 'stop' },
  105: { title: 'Nothing is at this address', consequence: 'stop' },
  106: { title: 'The method is not possible here', consequence: 'stop' },
  107: { title: 'The request is too large', consequence: 'stop' },
  108: { title: 'The request took too long', consequence: 'retry' },
  109: { title: 'The request cannot be read', consequence: 'stop' },
  110: { title: 'Something went wrong inside', consequence: 'retry' },
  111: { title: 'Too much to do', consequence: 'retry' },
  112: { title: 'It cannot be read now', consequence: 'retry' },
  113: { title: 'The address is too long', consequence: 'stop' },
  114: { title: 'The headers are too large', consequence: 'stop' },
  115: { title: 'The request came too slowly', consequence: 'retry' },
  116: { title: 'Too many requests', consequence: 'retry' },
  117: { title: 'The token does not reach so far', consequence: 'stop' },
  118: { title: 'The request may come from another page', consequence: 'stop' },
  201: { title: 'Unknown query parameter', consequence: 'stop' },
  202: { title: 'The query parameter cannot be understood', consequence: 'stop' },
  203: { title: 'More related records than are included', consequence: 'stop' },
  204: { title: 'The answer would be too large', consequence: 'stop' },
  301: { title: 'The document is not well-formed', consequence: 'stop' },
  302: { title: 'The document does not fit the resource', consequence: 'stop' },
  303: { title: 'The type or id is another one', consequence: 'stop' },
  304: { title: 'The Idempotency-Key is of another request', consequence: 'stop' },
  401: { title: 'There is no such record', consequence: 'stop' },
  402: { title: 'A record with this identity exists', consequence: 'stop' },
  403: { title: 'The record has changed meanwhile', consequence: 'stop' },
  404: { title: 'The record is in use', consequence: 'stop' },
  405: { title: 'The record was refused', consequence: 'stop' },
} as const;

export const apiError = errorRegister('API', API_ERRORS);
