// The routes of the page and its files. They are open: what they show is the same for everybody.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PAGE, PAGE_HEADERS } from './docs-page.js';
import { createPageFiles } from './page-files.js';

/** `at`: where the page lies, as `/api/docs`. */
export function addPageRoutes(server: FastifyInstance, at: string): void {
  const findFile = createPageFiles();
  server.get(at, (_request, reply) =>
    reply
      .headers({ ...PAGE_HEADERS, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
      .send(PAGE),
  );
  server.get(`${at}/:name`, async (request: FastifyRequest, reply: FastifyReply) => {
    const file = await findFile((request.params as { readonly name: string }).name);
    if (!file) return reply.callNotFound();
    const { type, etag, bytes, gzipped } = file;
    reply.headers({ ...PAGE_HEADERS, etag, vary: 'Accept-Encoding', 'cache-control': 'no-cache' });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    reply.header('content-type', type);
    const packs = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(
      String(request.headers['accept-encoding'] ?? ''),
    );
    return packs ? reply.header('content-encoding', 'gzip').send(gzipped) : reply.send(bytes);
  });
}
