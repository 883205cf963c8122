// What answers a request, once it is known what it asks for.
import type { ApiRequest } from '../request/api-request.js';
import type { Target } from '../request/target.js';
import type { Answer } from '../response/answer.js';

export type Operation = (request: ApiRequest, target: Target) => Promise<Answer>;
