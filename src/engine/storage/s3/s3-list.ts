// The objects of a bucket whose names begin alike, page after page.
import { storageError } from '../storage-errors.js';
import { readElement, textOf } from './s3-answer.js';
import type { S3Bucket } from './s3-bucket.js';

export interface S3Object {
  readonly key: string;
  readonly size: number;
  readonly modifiedAt: Date;
}

/** Throws STORAGE-103, 104 and HTTP-102. */
export async function* listObjects(at: S3Bucket, prefix: string): AsyncGenerator<S3Object> {
  for (let token = ''; ; ) {
    const { body } = await at.call({
      method: 'GET',
      query: {
        'list-type': '2',
        // Without it a name with a sign that XML doesn't know would make the whole page unreadable.
        'encoding-type': 'url',
        prefix,
        ...(token === '' ? {} : { 'continuation-token': token }),
      },
    });
    const page = await readElement(body);
    if (page?.name !== 'ListBucketResult') {
      throw storageError(104, { detail: `${at.place.says} answers with something that is no list.` });
    }
    const decode = textOf(page, 'EncodingType') === 'url' ? fromUrlText : (text: string) => text;
    for (const entry of page.elements) {
      if (entry.name !== 'Contents') continue;
      const size = Number(textOf(entry, 'Size'));
      yield { key: decode(textOf(entry, 'Key')), size, modifiedAt: toMoment(textOf(entry, 'LastModified')) };
    }
    const next = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextContinuationToken') : '';
    if (next === '') return;
    if (next === token) {
      throw storageError(104, { detail: `${at.place.says} lists the same page again and again.` });
    }
    token = next;
  }
}

/** Whole seconds: a list says parts of them that an object asked for alone does not. */
export function toMoment(said: string | undefined): Date {
  const at = Date.parse(said ?? '');
  return new Date(Number.isNaN(at) ? 0 : Math.floor(at / 1000) * 1000);
}

function fromUrlText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
