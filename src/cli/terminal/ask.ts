// Questions, and only where somebody can answer them.
import { createInterface } from 'node:readline/promises';
import { cliError } from '../cli-errors.js';
import type { OutputChannel } from './output-channel.js';

export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

export interface Question {
  /** Without a question mark's usual tail: `Run these statements?` */
  readonly text: string;
  /** The option that answers yes in advance. Default `--yes`. */
  readonly option?: string;
}

export interface Asker {
  /**
   * True for yes. Enter alone is no. Where input or output is no terminal and `yes` was not given: throws CLI-102,
   * exit code 8.
   */
  confirm(question: Question): Promise<boolean>;
}

export function createAsker(about: {
  readonly stdin: InputStream;
  /** Where the question is shown: stderr, so that stdout stays clean. */
  readonly out: OutputChannel;
  readonly yes: boolean;
  readonly signal: AbortSignal;
}): Asker {
  return {
    async confirm(question) {
      if (about.yes) return true;
      if (about.stdin.isTTY !== true || about.out.stream.isTTY !== true) {
        throw cliError(102, {
          detail: `${question.text} Nobody is at the terminal to answer.`,
          hint: `Add ${question.option ?? '--yes'} to answer yes in advance.`,
        });
      }
      const prompt = createInterface({ input: about.stdin, output: about.out.stream, terminal: true });
      // While a question is up the terminal hands Ctrl-C to it instead of to the process; Ctrl-D just closes it.
      const gone = new AbortController();
      const signal = AbortSignal.any([about.signal, gone.signal]);
      prompt.on('SIGINT', () => gone.abort());
      prompt.on('close', () => gone.abort());
      try {
        const answer = await prompt.question(`${about.out.style.bold(question.text)} [y/N] `, { signal });
        return /^y(es)?$/i.test(answer.trim());
      } catch (error) {
        if (signal.aborted) throw cliError(104, { detail: 'Cancelled at the question; nothing was done.' });
        throw error;
      } finally {
        prompt.close();
      }
    },
  };
}
