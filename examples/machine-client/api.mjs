// The way in: a token for id and secret, requests in JSON:API, and every answer with its status, headers and document.

const JSON_API = 'application/vnd.api+json';

/** `server`: as `http://127.0.0.1:4000`. Everything else the server says of itself. */
export async function openApi({ server, id, secret }) {
  const about = await fetch(new URL('/.well-known/openid-configuration', server)).then((one) => one.json());
  const { status, document: token } = await readAnswer(
    await fetch(about.token_endpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'read write' }),
    }),
  );
  if (status !== 200) throw new Error(`no token: ${token.error}, ${token.error_description}`);
  return { token, ask };

  /** `path`: as a link says it, or below `/api`. `body`: an object is sent as a document, anything else as it is. */
  async function ask(method, path, { body, headers } = {}) {
    const address = new URL(path.startsWith('/api/') ? path : `/api${path}`, server);
    const plain = body === undefined || Object.getPrototypeOf(body) === Object.prototype;
    const answer = await fetch(address, {
      method,
      headers: { authorization: `Bearer ${token.access_token}`, 'content-type': JSON_API, ...headers },
      ...(body === undefined ? {} : { body: plain ? JSON.stringify(body) : body, duplex: 'half' }),
    });
    return readAnswer(answer);
  }
}

async function readAnswer(answer) {
  const { status, headers } = answer;
  const text = await answer.text();
  const isJson = /[/+]json/.test(headers.get('content-type') ?? '');
  return { status, headers, text, document: isJson && text !== '' ? JSON.parse(text) : undefined };
}
