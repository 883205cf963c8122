// A library that few runs need is loaded by the first that does: the start of every command would pay for it otherwise.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** For a library in CommonJS, whose types are `Library`. */
export function lazyLibrary<Library>(name: string): () => Library {
  let library: Library | undefined;
  return () => {
    library ??= require(name) as Library;
    return library;
  };
}
