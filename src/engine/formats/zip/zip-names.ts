// Which parts a zip file begins with: enough to tell a workbook from other archives before its directory is read.

/** The names of the parts whose local headers lie in the beginning of the file. */
export function listFirstNames(head: Buffer): readonly string[] {
  const names: string[] = [];
  for (let at = head.indexOf('PK\u0003\u0004', 0, 'latin1'); at >= 0; ) {
    if (at + 30 > head.length) break;
    const end = at + 30 + head.readUInt16LE(at + 26);
    if (end <= head.length) names.push(head.toString('utf8', at + 30, end));
    at = head.indexOf('PK\u0003\u0004', end, 'latin1');
  }
  return names;
}

export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
}
