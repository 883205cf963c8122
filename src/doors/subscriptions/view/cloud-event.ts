// The envelope: CloudEvents 1.0 in structured JSON (cloudevents.io), with what this stream knows besides as extension attributes.
import type { ChangeTransaction } from '../../../engine/changes/change.js';

export const CLOUD_EVENT = 'application/cloudevents+json';
export const RECORD_DOCUMENT = 'application/vnd.api+json';

export interface EventParts {
  readonly id: string;
  /** Where it comes from: the address of the API. */
  readonly source: string;
  /** After `dovetail.`: `record.updated`. */
  readonly type: string;
  /** `products/17`; absent for what is about no single record. */
  readonly subject?: string;
  /** ISO 8601 with zone. */
  readonly time: string;
  readonly position: string;
  readonly entity?: string;
  readonly transaction?: ChangeTransaction;
  /** Names of attributes that differ, where they are known. */
  readonly changed?: readonly string[];
  readonly dataType: string;
  /** JSON text. */
  readonly data: string;
}

/** "Attribute names MUST consist of lower-case letters or digits." */
export function toEventText(parts: EventParts): string {
  const { transaction } = parts;
  const attributes: Record<string, string | undefined> = {
    specversion: '1.0',
    id: parts.id,
    source: parts.source,
    type: `dovetail.${parts.type}`,
    subject: parts.subject,
    time: parts.time,
    datacontenttype: parts.dataType,
    entity: parts.entity,
    position: parts.position,
    // The extension "partitioning": what belongs together, and in order.
    partitionkey: parts.subject,
    transaction: transaction?.id,
    origin: transaction?.origin.kind,
    originid: transaction?.origin.id === '' ? undefined : transaction?.origin.id,
    correlationid: transaction?.origin.correlationId,
    changed: parts.changed?.join(','),
  };
  const head = JSON.stringify(attributes);
  return `${head.slice(0, -1)},"data":${parts.data}}`;
}
