// Errors of one operation, by their place in the whole document.
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { ApiFailure } from '../response/error-document.js';

/** The same error with its pointer moved; what isn't ours stays as it is. A parameter or header is none of an operation's. */
export function withPlace(error: unknown, toPlace: (member: string | undefined) => string): unknown {
  if (error instanceof ApiFailure)
    return new ApiFailure(error.errors.map((one) => withPlace(one, toPlace) as DovetailError));
  if (!(error instanceof DovetailError)) return error;
  const { code, title, consequence, detail, hint, pointer } = error;
  const member = toPlace(pointer?.member);
  return new DovetailError(
    code,
    { title, consequence },
    { detail, pointer: { member }, ...(hint === undefined ? {} : { hint }) },
  );
}
