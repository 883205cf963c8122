// What `--mapping` names: a file from the working folder, or a saved mapping where there is no such file.
import { resolve } from 'node:path';
import type { MappingWish } from '../doors/files/mappings/open-mapping.js';

export const toMappingWish = (cwd: string, text: string): MappingWish => ({
  mapping: resolve(cwd, text),
  mappingName: text,
});
