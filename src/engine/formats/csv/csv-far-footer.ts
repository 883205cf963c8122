// The footer of a source that is longer than detection's sample: looked for at its end.
import { iconv } from '../encoding/iconv-library.js';
import { countFooterRows } from '../footer-rows.js';
import type { Detection, SourceFile } from '../table-format.js';
import { sayFooter } from './csv-detection.js';
import { probeTail, toTexts } from './csv-tail.js';

const TAIL_BYTES = 32 * 1024;

/** The detection, completed with the footer at the end of the file if there is one. */
export async function findFarFooter(
  detection: Detection,
  file: SourceFile,
  width: number,
): Promise<Detection> {
  const { options } = detection;
  const encoding = String(options['encoding']);
  // Units must not be cut apart.
  const from = Math.max(0, file.size - TAIL_BYTES) & ~3;
  const bytes = await file.read(from, file.size - from);
  const text = /^utf-?8$/.test(encoding)
    ? bytes
    : Buffer.from(iconv().decode(bytes, encoding, { stripBOM: false }));
  const footer = countFooterRows(toTexts(probeTail(text, options, width)), width);
  if (footer === 0) return detection;
  return {
    ...detection,
    options: { ...options, skipFooter: footer },
    says: [...detection.says, sayFooter(footer)],
  };
}
