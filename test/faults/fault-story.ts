// What the fault tests import: tables with something in them, and a file with new, changed and equal rows, references,
// every kind of bad row, and rows of equal identity near and far.
import { createRandom } from '../formats/seeded-random.js';

/** Tables, a way to put them back to where they were, and what of them must be equal in the end. */
export interface FaultStory {
  readonly entity: string;
  readonly tables: string;
  /** Empties and fills the tables. */
  readonly fill: string;
  /** Business columns in a fixed order: no made-up numbers. */
  readonly snapshot: string;
  readonly source: string;
  /** Records in the source. */
  readonly rows: number;
}

const BRANDS = 40;
const STORED = 1_500;

/** Articles of brands; a trigger refuses some names. */
export function createArticleStory(rows: number, seed: number): FaultStory {
  return {
    entity: 'article',
    tables: `
      create table brand (id int generated always as identity primary key, name text not null unique);
      create table article (
        id int generated always as identity primary key, sku text not null unique, name text not null,
        price numeric(8,2) check (price >= 0), stock int not null default 0, brand_id int references brand,
        note varchar(12));
      create function refuse_forbidden() returns trigger language plpgsql as $$
        begin
          if new.name like 'Forbidden%' then raise exception 'the name % is forbidden', new.name; end if;
          return new;
        end $$;
      create trigger refuse before insert or update on article for each row execute function refuse_forbidden();`,
    fill: `
      truncate article, brand restart identity;
      insert into brand (name) select 'Brand ' || n from generate_series(1, ${BRANDS}) n;
      insert into article (sku, name, price, stock, brand_id)
      select 'SKU-' || n, 'Article ' || n, case when n % 3 = 0 then 1 else n % 500 end, n % 7, n % ${BRANDS} + 1
      from generate_series(1, ${STORED}) n`,
    snapshot: `
      select concat_ws('|', a.sku, a.name, a.price, a.stock, b.name, a.note)
      from article a left join brand b on b.id = a.brand_id order by 1`,
    source: writeArticles(rows, seed),
    rows,
  };
}

function writeArticles(rows: number, seed: number): string {
  const random = createRandom(seed);
  const lines = ['sku,name,price,stock,brand.name,note'];
  for (let n = 1; n <= rows; n++) {
    // Some rows name the record of a row close by or far up again, bad ones included.
    const again = random.next() < 0.03 && n > 10;
    const id = again ? n - 1 - random.below(random.next() < 0.5 ? 9 : n - 2) : n;
    const name = `Article ${id}${again ? ` as of row ${n}` : ''}`;
    const row = [`SKU-${id}`, name, `${id % 500}`, `${id % 7}`, `Brand ${(id % BRANDS) + 1}`, ''];
    spoil(row, random.below(1_000));
    lines.push(row.join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** Makes one row in fifty bad: by the reader, a type, a length, a check, a reference, a trigger. */
function spoil(row: string[], dice: number): void {
  if (dice < 4) row.push('one cell too many');
  else if (dice < 8) row[2] = 'dear';
  else if (dice < 10) row[5] = 'much longer than twelve';
  else if (dice < 13) row[2] = '-1';
  else if (dice < 17) row[4] = 'No brand';
  else if (dice < 18) row[1] = 'Forbidden';
  else if (dice < 20) row[0] = '';
}

/** A tree whose rows refer to rows of the same file, parents mostly further down, some of them nowhere, some in a circle. */
export function createTreeStory(rows: number, seed: number): FaultStory {
  const random = createRandom(seed);
  const lines = ['code,label,parent.code'];
  for (let n = 1; n <= rows; n++) {
    const dice = random.below(100);
    const parent = dice < 2 ? 'NOWHERE' : dice < 12 ? '' : `N-${parentOf(n, rows, random.below(rows))}`;
    lines.push(`N-${n},Node ${n},${parent}`);
  }
  return {
    entity: 'node',
    tables: `
      create table node (id int generated always as identity primary key, code text not null unique, label text not null,
        parent_id int references node)`,
    fill: `
      truncate node restart identity;
      insert into node (code, label) select 'N-' || n, 'Old ' || n from generate_series(1, 50) n`,
    snapshot: `select concat_ws('|', n.code, n.label, p.code) from node n left join node p on p.id = n.parent_id order by 1`,
    source: `${lines.join('\n')}\n`,
    rows,
  };
}

function parentOf(n: number, rows: number, dice: number): number {
  if (n > rows - 3) return n === rows ? rows - 2 : n + 1;
  return n + 1 + (dice % (rows - n));
}
