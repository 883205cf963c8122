// What somebody would write by hand for exactly these three requests: one statement each, a pool, Fastify, nothing else.
// The answers have the same members, so that the same bytes are made and sent.
import Fastify from 'fastify';
import pg from 'pg';

const LIST = `select p.id::text, p.sku, p.name, p.price, p.weight, p.status, p.ean, p.description, p.stock, p.available_from::text, p.brand_id::text,
    b.name as brand_name
  from bench_product p join bench_brand b on b.id = p.brand_id order by p.id limit $1`;
const CREATE = `insert into bench_product (sku, name, price, status, stock, brand_id) values ($1, $2, $3, $4, $5, $6)
  returning id::text, sku, name, price, weight, status, ean, description, stock, available_from::text, brand_id::text`;
const UPDATE = `update bench_product set price = $2, stock = $3 where id = $1
  returning id::text, sku, name, price, weight, status, ean, description, stock, available_from::text, brand_id::text`;

export async function startBareServer(databaseUrl) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  pg.types.setTypeParser(1700, Number);
  const server = Fastify();
  server.addContentTypeParser('application/vnd.api+json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, JSON.parse(body)),
  );
  const links = (id, name) => ({
    self: `/api/bench_products/${id}/relationships/${name}`,
    related: `/api/bench_products/${id}/${name}`,
  });
  const toResource = (row) => {
    const { id, brand_id, brand_name: _, ...attributes } = row;
    return {
      type: 'bench_products',
      id,
      attributes,
      relationships: { brand: { data: { type: 'bench_brands', id: brand_id }, links: links(id, 'brand') } },
      links: { self: `/api/bench_products/${id}` },
    };
  };
  const document = (self, data) => ({ jsonapi: { version: '1.1' }, links: { self }, data });
  server.get('/api/bench_products', async (request, reply) => {
    const { rows } = await pool.query({
      name: 'list',
      text: LIST,
      values: [Number(request.query['page[size]'])],
    });
    const brands = new Map();
    for (const row of rows) {
      brands.set(row.brand_id, {
        type: 'bench_brands',
        id: row.brand_id,
        attributes: { name: row.brand_name },
        relationships: {
          bench_product: {
            links: {
              self: `/api/bench_brands/${row.brand_id}/relationships/bench_product`,
              related: `/api/bench_brands/${row.brand_id}/bench_product`,
            },
          },
        },
        links: { self: `/api/bench_brands/${row.brand_id}` },
      });
    }
    reply.header('content-type', 'application/vnd.api+json');
    return JSON.stringify({ ...document(request.url, rows.map(toResource)), included: [...brands.values()] });
  });
  server.post('/api/bench_products', async (request, reply) => {
    const { attributes: a, relationships: r } = request.body.data;
    const { rows } = await pool.query({
      name: 'create',
      text: CREATE,
      values: [a.sku, a.name, a.price, a.status, a.stock, r.brand.data.id],
    });
    reply
      .code(201)
      .header('content-type', 'application/vnd.api+json')
      .header('location', `/api/bench_products/${rows[0].id}`);
    return JSON.stringify(document(`/api/bench_products/${rows[0].id}`, toResource(rows[0])));
  });
  server.patch('/api/bench_products/:id', async (request, reply) => {
    const { attributes: a } = request.body.data;
    const { rows } = await pool.query({
      name: 'update',
      text: UPDATE,
      values: [request.params.id, a.price, a.stock],
    });
    reply.header('content-type', 'application/vnd.api+json');
    return JSON.stringify(document(request.url, toResource(rows[0])));
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return { url: `http://127.0.0.1:${server.server.address().port}` };
}
