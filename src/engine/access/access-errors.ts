// What can be wrong with roles, users, clients, units and keys.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const ACCESS_ERRORS = {
  101: { title: 'No such role', consequence: 'stop' },
  102: { title: 'No such user', consequence: 'stop' },
  103: { title: 'No such client', consequence: 'stop' },
  104: { title: 'No such unit', consequence: 'stop' },
  105: { title: 'No such key', consequence: 'stop' },
  106: { title: 'The name is taken', consequence: 'stop' },
  107: { title: 'A value can not be taken', consequence: 'stop' },
  108: { title: 'A built-in role can not be changed', consequence: 'stop' },
  109: { title: 'Nobody would be administrator any more', consequence: 'stop' },
  110: { title: 'The unit is in use', consequence: 'stop' },
  111: { title: 'A unit can not lie under itself', consequence: 'stop' },
  112: { title: 'More than you may do yourself', consequence: 'stop' },
  121: { title: 'The client gets no tokens', consequence: 'stop' },
  122: { title: 'An OAuth setting can not be taken', consequence: 'stop' },
  123: { title: 'The link is not valid, or not any more', consequence: 'stop' },
} as const;

export const accessError = errorRegister('ACCESS', ACCESS_ERRORS);
