// iconv-lite, which few sources need: those that are neither UTF-8 nor ASCII.
import { lazyLibrary } from '../../../foundation/lifecycle/lazy-library.js';

export const iconv = lazyLibrary<typeof import('iconv-lite')>('iconv-lite');
