import { describe, expect, it } from 'vitest';
import { apiError } from '../api-errors.js';
import { ApiFailure, toErrorAnswer } from './error-document.js';

const misfit = (member: string) => apiError(302, { detail: 'No.', pointer: { member } });

describe('toErrorAnswer', () => {
  it('gives each of several errors an id of its own, the first the one of the request', () => {
    const { status, body } = toErrorAnswer(new ApiFailure([misfit('/data/a'), misfit('/data/b')]), 'x');
    expect(status).toBe(422);
    expect(
      JSON.parse(body!).errors.map(({ id, source }: { id: string; source: object }) => [id, source]),
    ).toEqual([
      ['x', { pointer: '/data/a' }],
      ['x-2', { pointer: '/data/b' }],
    ]);
  });

  it('answers 400 where the errors have several statuses, with the headers they need', () => {
    const errors = [misfit('/data'), apiError(401, { detail: 'No.' })];
    const answer = toErrorAnswer(new ApiFailure(errors, { allow: 'GET' }), 'x');
    expect([answer.status, answer.headers]).toEqual([400, { allow: 'GET' }]);
  });

  it('asks to come again where two transactions could not both be', () => {
    for (const code of ['40001', '40P01', '53300', '57P03'])
      expect(toErrorAnswer(Object.assign(new Error('inside'), { code }), 'x')).toMatchObject({
        status: 503,
        headers: { 'retry-after': '5' },
      });
    expect(toErrorAnswer(Object.assign(new Error('inside'), { code: '42P01' }), 'x').status).toBe(500);
  });
});
