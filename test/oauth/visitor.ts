// A browser without a screen: keeps cookies, follows nothing by itself, fills in forms as they stand on the page.

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it sends the browser. */
  readonly location: string | undefined;
}

export interface Visitor {
  readonly cookies: Map<string, string>;
  /** As they were set, with their flags. */
  readonly setCookies: string[];
  get(address: string, headers?: Readonly<Record<string, string>>): Promise<Page>;
  /** Follows redirects within the server. */
  follow(address: string): Promise<Page>;
  post(
    address: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Page>;
  /** Sends the form of a page to where it goes, with its hidden fields and these. */
  submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page>;
  signIn(email: string, password: string): Promise<Page>;
}

export function createVisitor(base: string): Visitor {
  const cookies = new Map<string, string>();
  const setCookies: string[] = [];

  async function ask(address: string, init: RequestInit = {}): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(address, base), {
      ...init,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        ...(cookie === '' ? {} : { cookie }),
        ...(init.headers as Record<string, string>),
      },
    });
    for (const line of response.headers.getSetCookie()) {
      setCookies.push(line);
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      const isOver = /expires=Thu, 01 Jan 1970/i.test(line) || value === '';
      if (isOver) cookies.delete(name!);
      else cookies.set(name!, value!);
    }
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
    const hidden = [
      ...page.text.matchAll(/<input type="hidden" name="(\w+)"(?: autocomplete="\w+")? value="([^"]*)"/g),
    ];
    const kept = Object.fromEntries(hidden.map(([, name, value]) => [name!, toText(value!)]));
    return post(toText(action), { ...kept, ...fields });
  };

  return {
    cookies,
    setCookies,
    get: (address, headers = {}) => ask(address, { headers }),
    async follow(address) {
      let page = await ask(address);
      while (page.location !== undefined && new URL(page.location, base).origin === new URL(base).origin)
        page = await ask(page.location);
      return page;
    },
    post,
    submit,
    signIn: async (email, password) => submit(await ask('/login'), { email, password }),
  };
}

const toText = (html: string): string =>
  html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
