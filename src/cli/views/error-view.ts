// The one place where an error becomes text: what, where, why, what to do, and the code to look it up by.
import { inspect } from 'node:util';
import { DovetailError, type Pointer } from '../../foundation/errors/dovetail-error.js';
import { maskSecrets } from '../../foundation/secrets/secret-mask.js';
import type { Style } from '../terminal/terminal-style.js';
import { toPrintable, wrapText } from '../terminal/text-width.js';

export interface ErrorDocument {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly hint?: string;
  readonly pointer?: Pointer;
  readonly consequence: string;
}

/** The error as data, for --json. Causes and stacks are left out; secrets are masked. */
export function toErrorDocument(error: unknown): ErrorDocument {
  if (error instanceof DovetailError) {
    return {
      code: error.code,
      title: error.title,
      detail: maskSecrets(error.detail),
      ...(error.hint === undefined ? {} : { hint: maskSecrets(error.hint) }),
      ...(error.pointer === undefined ? {} : { pointer: error.pointer }),
      consequence: error.consequence,
    };
  }
  return {
    code: 'UNEXPECTED',
    title: 'Something went wrong that should not have',
    detail: maskSecrets(error instanceof Error ? error.message || error.name : String(error)),
    hint: 'This is a mistake in Dovetail. Run it again with --debug and report what it prints.',
    consequence: 'stop',
  };
}

/** Lines for people. `debug` adds the stack and what lies underneath. */
export function toErrorLines(
  error: unknown,
  options: { readonly style: Style; readonly width: number | undefined; readonly debug: boolean },
): string[] {
  const { style } = options;
  const document = toErrorDocument(error);
  const part = (name: string, text: string) => {
    const label = name.padEnd(LABEL_WIDTH);
    const room = options.width === undefined ? Number.POSITIVE_INFINITY : options.width - LABEL_WIDTH - 2;
    const lines = text.split('\n').flatMap((line) => wrapText(toPrintable(line), room));
    return lines.map((line, i) => `  ${i === 0 ? style.dim(label) : ' '.repeat(LABEL_WIDTH)}${line}`);
  };
  const where = document.pointer === undefined ? '' : pointerText(document.pointer);
  return [
    `${style.red(style.bold('Error'))}  ${style.bold(toPrintable(document.title))}`,
    ...(where === '' ? [] : part('where', where)),
    ...part('why', document.detail),
    ...(document.hint === undefined ? [] : part('do', document.hint)),
    ...part('code', document.code),
    ...(options.debug ? debugLines(error).map((line) => style.dim(line)) : []),
  ];
}

const LABEL_WIDTH = 7;

/** `products.csv:12, column "Price", product.price`: as editors and terminals make it clickable. */
export function pointerText(pointer: Pointer): string {
  const place = [pointer.file, pointer.line].filter((part) => part !== undefined).join(':');
  return [
    pointer.file === undefined && pointer.line !== undefined ? `line ${pointer.line}` : place,
    pointer.row !== undefined && pointer.line === undefined ? `row ${pointer.row}` : '',
    pointer.column === undefined ? '' : `column "${pointer.column}"`,
    [pointer.entity, pointer.field].filter((part) => part !== undefined).join('.'),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function debugLines(error: unknown): string[] {
  return ['', ...maskSecrets(inspect(error, { depth: 5, colors: false })).split('\n')];
}
