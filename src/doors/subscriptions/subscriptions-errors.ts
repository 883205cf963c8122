// What can be wrong with a subscription, or with what somebody wants of one.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const SUBSCRIPTIONS_ERRORS = {
  101: { title: 'There is no such subscription', consequence: 'stop' },
  102: { title: 'A subscription of this name is there already', consequence: 'stop' },
  103: { title: 'The subscription cannot be as wanted', consequence: 'stop' },
  104: { title: 'The settings of the sink are wrong', consequence: 'stop' },
  105: { title: 'The table does not tell values before a change', consequence: 'stop' },
  106: { title: 'The subscription is delivered by another process', consequence: 'retry' },
  107: { title: 'There is no such delivery', consequence: 'stop' },
  108: { title: 'What came after this position is no longer kept', consequence: 'stop' },
  109: { title: 'The secrets of the subscription cannot be read', consequence: 'stop' },
  110: { title: 'There is nothing to rotate', consequence: 'stop' },
  111: { title: 'The snapshot cannot be taken', consequence: 'retry' },
} as const;

export const subscriptionsError = errorRegister('SUBSCRIPTIONS', SUBSCRIPTIONS_ERRORS);
