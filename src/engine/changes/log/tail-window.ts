// The last blocks of the log, held in memory up to a size: without holes, from one position to another.
import { comparePositions, type Position } from '../position.js';
import type { Block } from './block-format.js';

export interface TailWindow {
  /** Up to here it holds everything. Undefined before `begin`. */
  readonly end: Position | undefined;
  /** Forgets what it holds; what comes after `position` is added next. */
  begin(position: Position): void;
  /** Must follow what is held. */
  add(block: Block): void;
  /** Blocks with entries after `position`, the first of which may begin before it; undefined where it does not reach back so far. */
  findAfter(position: Position): readonly Block[] | undefined;
}

export function createTailWindow(mostBytes: number): TailWindow {
  let blocks: Block[] = [];
  let bytes = 0;
  let start: Position | undefined;
  let end: Position | undefined;
  return {
    get end() {
      return end;
    },
    begin(position) {
      blocks = [];
      bytes = 0;
      start = position;
      end = position;
    },
    add(block) {
      blocks.push(block);
      bytes += block.body.length;
      end = block;
      if (bytes <= mostBytes) return;
      // By the half, so that the array is moved seldom.
      let dropped = 0;
      while (bytes > mostBytes / 2 && dropped < blocks.length) bytes -= blocks[dropped++]!.body.length;
      start = blocks[dropped - 1]!;
      blocks = blocks.slice(dropped);
    },
    findAfter(position) {
      if (start === undefined || comparePositions(position, start) < 0) return undefined;
      let [low, high] = [0, blocks.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (comparePositions(blocks[middle]!, position) > 0) high = middle;
        else low = middle + 1;
      }
      return blocks.slice(low, low + MOST_BLOCKS);
    },
  };
}

/** More than a page needs. */
const MOST_BLOCKS = 1_024;
