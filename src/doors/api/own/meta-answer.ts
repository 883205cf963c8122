// An answer that is no resource: what there is to say, as the document's `meta`.
import type { Answer } from '../response/answer.js';

export const toMetaAnswer = (meta: object): Answer => ({
  status: 200,
  headers: {},
  body: JSON.stringify({ jsonapi: { version: '1.1' }, meta }),
});
