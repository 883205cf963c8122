// The ways to tell somebody: a new one is one folder and one line.
import type { Notifier, NotifierRooms } from '../notifier.js';
import { createChatNotifier } from './chat/chat-notifier.js';
import { createEmailNotifier } from './email/email-notifier.js';
import { createWebhookNotifier } from './webhook/webhook-notifier.js';

export const NOTIFIERS: readonly ((rooms: NotifierRooms) => Notifier)[] = [
  createEmailNotifier,
  createWebhookNotifier,
  createChatNotifier,
];
