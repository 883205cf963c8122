// A browser without a screen: keeps cookies by their paths, fills in forms as they stand on the page, and holds them to the page's policy.

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it sends the browser. */
  readonly location: string | undefined;
}

export interface Visitor {
  /** Values by name; those of the root path. */
  readonly cookies: Map<string, string>;
  /** As they were set, with their flags. */
  readonly setCookies: string[];
  get(address: string, headers?: Readonly<Record<string, string>>): Promise<Page>;
  /** Follows redirects within the server; the page that stays, or that leads elsewhere. */
  follow(address: string): Promise<Page>;
  post(
    address: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Page>;
  /** Sends the form of a page to where it goes, with its hidden fields and these. */
  submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page>;
  /** As `submit` and `follow`; throws where the page's policy doesn't let its form lead there, as Chromium does. */
  submitThrough(page: Page, fields: Readonly<Record<string, string>>): Promise<Page>;
  signIn(email: string, password: string): Promise<Page>;
}

export function createVisitor(base: string): Visitor {
  const cookies = new Map<string, string>();
  /** Those of other paths than the root, by path and name. */
  const deeper = new Map<string, { readonly path: string; readonly pair: string }>();
  const setCookies: string[] = [];
  const isHere = (address: string) => new URL(address, base).origin === new URL(base).origin;

  function keep(line: string): void {
    setCookies.push(line);
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
    const path = /; path=([^;]+)/i.exec(line)?.[1] ?? '/';
    const isOver = /expires=Thu, 01 Jan 1970/i.test(line) || value === '';
    if (path === '/') isOver ? cookies.delete(name!) : cookies.set(name!, value!);
    else if (isOver) deeper.delete(`${path} ${name}`);
    else deeper.set(`${path} ${name}`, { path, pair: `${name}=${value}` });
  }

  async function ask(address: string, init: RequestInit = {}): Promise<Page> {
    const url = new URL(address, base);
    const sent = [
      ...[...cookies].map(([name, value]) => `${name}=${value}`),
      ...[...deeper.values()].filter(({ path }) => isUnder(url.pathname, path)).map(({ pair }) => pair),
    ];
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        ...(sent.length === 0 ? {} : { cookie: sent.join('; ') }),
        ...(init.headers as Record<string, string>),
      },
    });
    response.headers.getSetCookie().forEach(keep);
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: response.headers.get('location') ?? undefined,
    };
  }

  const post: Visitor['post'] = (address, form, headers = {}) =>
    ask(address, { method: 'POST', body: new URLSearchParams(form), headers });

  const submit: Visitor['submit'] = (page, fields) => {
    const action = /<form method="post" action="([^"]+)"/.exec(page.text)![1]!;
    const hidden = page.text.matchAll(
      /<input type="hidden" name="(\w+)"(?: autocomplete="\w+")? value="([^"]*)"/g,
    );
    const kept = Object.fromEntries([...hidden].map(([, name, value]) => [name!, toText(value!)]));
    return post(toText(action), { ...kept, ...fields });
  };

  async function followFrom(page: Page, check: (location: string) => void): Promise<Page> {
    let at = page;
    while (at.location !== undefined) {
      check(at.location);
      if (!isHere(at.location)) return at;
      at = await ask(at.location);
    }
    return at;
  }

  return {
    cookies,
    setCookies,
    get: (address, headers = {}) => ask(address, { headers }),
    follow: async (address) => followFrom(await ask(address), () => {}),
    post,
    submit,
    async submitThrough(page, fields) {
      const policy = /form-action ([^;]+)/.exec(page.headers.get('content-security-policy')!)![1]!;
      return followFrom(await submit(page, fields), (location) => {
        const { origin, protocol } = new URL(location, base);
        const isAllowed =
          isHere(location) || policy.split(' ').some((one) => one === origin || one === protocol);
        if (!isAllowed)
          throw new Error(`the policy "form-action ${policy}" does not let the form lead to ${origin}`);
      });
    },
    signIn: async (email, password) => submit(await ask('/login'), { email, password }),
  };
}

/** https://www.rfc-editor.org/rfc/rfc6265#section-5.1.4 */
const isUnder = (path: string, cookiePath: string): boolean =>
  path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`);

const toText = (html: string): string =>
  html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
