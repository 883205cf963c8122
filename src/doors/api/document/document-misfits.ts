// What is wrong with a document, by the place where it stands (a JSON pointer).
import { apiError } from '../api-errors.js';

export const malformed = (member: string, detail: string) => apiError(301, { detail, pointer: { member } });

export const anotherResource = (member: string, detail: string) =>
  apiError(303, { detail, pointer: { member } });

export const misfit = (member: string, detail: string, hint?: string) =>
  apiError(302, { detail, ...(hint === undefined ? {} : { hint }), pointer: { member } });
