// Takes files for a dry run: what is at hand is read and checked, what lies behind an address is held against the guard only. Nothing is
// put, noted or fetched.
import { checkAddress } from '../../../foundation/http/address-guard.js';
import { checkFacts, otherType } from './check-content.js';
import { findTypeByEnding } from './content-type.js';
import { toFetchRefusal } from './fetch-refusal.js';
import { type FileTaker, openLocal, type TakerParts, withContent } from './file-taker.js';

export interface RehearsalParts extends TakerParts {
  /** `known`: the address gave a file before. */
  readonly onAddress: (url: string, known: boolean) => void;
  readonly onChecked: () => void;
}

export function createFileRehearsal(parts: RehearsalParts): FileTaker {
  return {
    async take(rule, wish, { kept, fetched }) {
      if (wish.kind === 'address') {
        const before = fetched.get(wish.url);
        try {
          await checkAddress(wish.url, parts.allow);
        } catch (error) {
          throw toFetchRefusal(error, wish.url) ?? error;
        }
        parts.onAddress(wish.url, before !== undefined);
        if (before === undefined) return wish.url;
        checkFacts(before.file, rule);
        return rule.address + before.file.path;
      }
      if (wish.kind === 'stored') {
        const facts = kept.get(wish.path);
        const isThere = facts?.put ?? (await (await parts.storage(rule)).stat(wish.path)) !== undefined;
        const type = findTypeByEnding(wish.path);
        if (facts) checkFacts(facts, rule);
        else if (isThere && type && !rule.types.includes(type))
          throw otherType(`The stored file is ${type}`, rule);
        if (isThere) return rule.address + wish.path;
      }
      const bytes = await openLocal(parts, rule, wish);
      const path = await withContent(parts, rule, bytes, parts.signal, async (_, facts) => facts.path);
      parts.onChecked();
      return rule.address + path;
    },
  };
}
