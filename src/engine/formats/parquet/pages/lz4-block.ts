// LZ4's block format, bare and in the frame of Hadoop that Parquet's older codec LZ4 stands for.
import { broken } from '../parquet-problems.js';

/** Most bytes that one byte of a block can stand for. */
export const LZ4_RATIO = 256;

export function unpackLz4(input: Buffer, output: Buffer): void {
  if (unpackBlock(input, 0, input.length, output, 0) !== output.length) throw damaged();
}

/** The codec LZ4 was written in two ways; Hadoop's begins with the lengths of the first block. */
export function unpackHadoopLz4(input: Buffer, output: Buffer): void {
  if (!isHadoop(input, output.length)) {
    unpackLz4(input, output);
    return;
  }
  let filled = 0;
  for (let at = 0; at < input.length; ) {
    if (at + 8 > input.length) throw damaged();
    const unpacked = input.readUInt32BE(at);
    const packed = input.readUInt32BE(at + 4);
    at += 8;
    if (packed > input.length - at) throw damaged();
    const to = unpackBlock(input, at, at + packed, output, filled);
    if (to - filled !== unpacked) throw damaged();
    filled = to;
    at += packed;
  }
  if (filled !== output.length) throw damaged();
}

function isHadoop(input: Buffer, length: number): boolean {
  let filled = 0;
  for (let at = 0; at < input.length; ) {
    if (at + 8 > input.length) return false;
    filled += input.readUInt32BE(at);
    at += 8 + input.readUInt32BE(at + 4);
    if (at > input.length) return false;
  }
  return filled === length;
}

/** Answers up to where the output is filled. */
function unpackBlock(input: Buffer, from: number, to: number, output: Buffer, start: number): number {
  let at = from;
  let filled = start;
  const length = (nibble: number): number => {
    let sum = nibble;
    if (nibble < 15) return sum;
    for (;;) {
      if (at >= to) throw damaged();
      const byte = input[at++]!;
      sum += byte;
      if (byte < 255) return sum;
    }
  };
  while (at < to) {
    const token = input[at++]!;
    const literals = length(token >> 4);
    if (literals > to - at || literals > output.length - filled) throw damaged();
    input.copy(output, filled, at, at + literals);
    at += literals;
    filled += literals;
    // The last sequence has literals only.
    if (at === to) break;
    if (at + 2 > to) throw damaged();
    const back = input.readUInt16LE(at);
    at += 2;
    const copied = length(token & 15) + 4;
    if (back === 0 || back > filled || copied > output.length - filled) throw damaged();
    if (back >= copied) output.copyWithin(filled, filled - back, filled - back + copied);
    else for (let i = 0; i < copied; i++) output[filled + i] = output[filled - back + i]!;
    filled += copied;
  }
  return filled;
}

const damaged = () => broken('a page packed by LZ4 is damaged');
