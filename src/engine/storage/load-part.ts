// Libraries that only some storages need are loaded when one is opened.
import { storageError } from './storage-errors.js';

/** The module. Throws STORAGE-106 where it is not installed. */
export async function loadPart<T>(
  load: () => Promise<T>,
  about: { readonly name: string; readonly install: string },
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw storageError(106, {
      detail: `The package ${about.name} is not installed.`,
      hint: `Install it beside Dovetail: ${about.install}`,
      cause,
    });
  }
}
