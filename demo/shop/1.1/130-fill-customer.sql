-- Sixty groups of companies in ten countries, with subsidiaries down to the third level. Firms, people and streets
-- are put together from lists and belong to nobody; mail goes to example domains, telephones to numbers kept for fiction.

-- Estimates on fresh tables are high, and compiling the queries takes longer than running them.
set local jit = off;

-- A number below n that looks like chance and is the same at every load.
create function pg_temp.pick(seed text, n integer) returns integer language sql stable as $$
  select ('x' || left(encode(sha256(convert_to(seed, 'UTF8')), 'hex'), 6))::bit(24)::integer % n
$$;

create temporary table place (country char(2), n serial, postal_code text, city text, street text) on commit drop;
insert into place (country, postal_code, city, street) values
  ('DE', '34117', 'Kassel', 'Fuldawiesen'), ('DE', '44135', 'Dortmund', 'Am Alten Hochofen'), ('DE', '70173', 'Stuttgart', 'Rebhangstraße'),
  ('DE', '28195', 'Bremen', 'Speicherkai'), ('DE', '04109', 'Leipzig', 'Buchdruckergasse'), ('DE', '90402', 'Nürnberg', 'Trichterweg'),
  ('DE', '33602', 'Bielefeld', 'Leineweberring'), ('AT', '4020', 'Linz', 'Voestblick'), ('AT', '8010', 'Graz', 'Murwehrgasse'),
  ('AT', '6020', 'Innsbruck', 'Nordkettenstraße'), ('CH', '8400', 'Winterthur', 'Lokomotivweg'), ('CH', '9000', 'St. Gallen', 'Stickereistrasse'),
  ('CH', '2502', 'Biel/Bienne', 'Rue de l''Horloger'), ('NL', '5911 AA', 'Venlo', 'Maaskade'), ('NL', '3011 AA', 'Rotterdam', 'Kraanweg'),
  ('NL', '9711 AA', 'Groningen', 'Turfsingel'), ('BE', '9000', 'Gent', 'Weversplein'), ('BE', '4000', 'Liège', 'Quai des Forges'),
  ('LU', '4010', 'Esch-sur-Alzette', 'Rue du Laminoir'), ('FR', '67000', 'Strasbourg', 'Rue des Tanneurs Neufs'), ('FR', '59000', 'Lille', 'Rue du Métier'),
  ('FR', '69001', 'Lyon', 'Montée des Soyeux'), ('DK', '8000', 'Aarhus C', 'Havnekajen'), ('DK', '5000', 'Odense C', 'Eventyrgade'),
  ('SE', '411 01', 'Göteborg', 'Varvsgatan'), ('SE', '721 30', 'Västerås', 'Turbinvägen'), ('GB', 'S1 1AA', 'Sheffield', 'Crucible Lane'),
  ('GB', 'B1 1AA', 'Birmingham', 'Jewellers Row'), ('GB', 'LS1 1AA', 'Leeds', 'Worsted Street');

create temporary table company_group on commit drop as
  select n, stem || case pg_temp.pick(stem, 4) when 0 then ' Group' when 1 then ' Holding' else '' end as name, stem, trade, country
  from unnest(
    '{Ahlbrecht,Birkenfurt,Corvinal,Dreimast,Elverfeld,Fjordhagen,Grauwacke,Hohenlind,Isenbruck,Jaspersen,Kaltenbrunn,Lauterbeck,
      Marsdiek,Nebelhorn,Osterwald,Perlgrund,Quellmatt,Rotmilan,Schwarzach,Tannenhof,Uferlos,Vierlinden,Westerkoog,Zwölfmorgen,
      Alpsteiner,Bergsonne,Donauwerft,Enzianwerke,Föhnegger,Gletscherberg,Bleumont,Canteloup,Dorvaux,Estramer,Florimond,Grandval,
      Haverkate,Ijsselsteen,Klaverweide,Lindeboer,Molenwiek,Noordhaven,Oudegracht,Polderman,Ashenhurst,Brackenby,Coldwater,Dunmarrow,
      Elmsworthy,Fenwright,Granitholm,Havsvik,Isfjärden,Klippan Norra,Lyngholt,Månskog,Nørrelund,Østerbro Maskin,Rugvang,Skovdal}'::text[],
    '{DE,DE,DE,DE,DE,DE,DE,DE,DE,DE,DE,DE,DE,DE,DE,DE,CH,DE,DE,DE,DE,DE,DE,CH,AT,AT,AT,AT,AT,CH,FR,FR,BE,FR,FR,LU,
      NL,NL,NL,NL,NL,NL,NL,BE,GB,GB,GB,GB,GB,GB,SE,SE,SE,SE,DK,SE,DK,DK,DK,DK}'::text[]
  ) with ordinality g (stem, country, n)
  cross join lateral (select (array['Metal Works', 'Machine Tools', 'Facility Services', 'Logistics', 'Building', 'Timber',
    'Print and Media', 'Foods', 'Automotive Parts', 'Electrical Contractors', 'Clinics', 'Plastics'])[1 + (n - 1) % 12] as trade) t;

-- Level one is the group, level two its companies, level three branches of the first company.
create temporary table company on commit drop as
  select g.n, 0 as child, 0 as branch, g.name, g.country, g.trade, g.stem from company_group g
  union all
  select g.n, c, 0, g.stem || ' ' || case c when 1 then g.trade else p.city end, p.country, g.trade, g.stem
  from company_group g
  cross join lateral generate_series(1, 2 + pg_temp.pick(g.stem || 'children', 4)) c
  cross join lateral (
    select case when c = 1 then g.country else country end as country, city from place
    where (country = g.country) = (c < 4) order by pg_temp.pick(g.stem || n, 1000003) offset (c - 1) % 2 limit 1
  ) p
  union all
  select g.n, 1, b, g.stem || ' ' || (array['Service', 'Trade', 'Parts'])[b], g.country, g.trade, g.stem
  from company_group g cross join generate_series(1, 3) b where g.n % 5 = 0;

create temporary table numbered on commit drop as
  select *, 'C' || 10000 + 10 * row_number() over (order by n, child, branch) as number from company;

insert into customer (number, name, legal_form, customer_group_id, payment_term_id, employee_id, country_code, currency_code, status,
    vat_number, website, credit_limit, is_tax_exempt, notes, attributes, customer_since, created_at, updated_at)
  select c.number, c.name,
    case c.country when 'DE' then 'GmbH' when 'AT' then 'GmbH' when 'CH' then 'AG' when 'NL' then 'B.V.' when 'BE' then 'BV' when 'LU' then 'S.à r.l.'
      when 'FR' then 'SAS' when 'DK' then 'ApS' when 'SE' then 'AB' else 'Ltd' end,
    g.id, t.id, e.id, country.code, country.currency_code,
    (case when r.roll < 2 then 'blocked' when r.roll < 4 then 'closed' when r.roll < 8 then 'prospect' else 'active' end)::customer_status,
    case when country.is_eu then c.country || lpad(pg_temp.pick(c.number || 'vat', 1000000)::text, 9, '0') end,
    'https://www.' || d.slug || '.example',
    case when r.roll > 20 then 5000 * (1 + pg_temp.pick(c.number || 'limit', 20)) end,
    c.trade = 'Clinics' and c.branch > 0,
    case when r.roll = 1 then 'Two invoices unpaid; ship against payment in advance only.' when r.roll = 50 then 'Wants one delivery a week, on Thursdays.' end,
    jsonb_strip_nulls(jsonb_build_object('trade', c.trade, 'staff', 5 + pg_temp.pick(c.number || 'staff', 900),
      'invoice_by', case when r.roll % 3 = 0 then 'e-mail' end)),
    date '2012-01-01' + pg_temp.pick(c.number || 'since', 4500),
    timestamptz '2024-01-02 08:00+00' + pg_temp.pick(c.number, 700) * interval '1 day', timestamptz '2026-06-29 16:00+00'
  from numbered c
  join country on country.code = c.country
  cross join lateral (select pg_temp.pick(c.number || 'roll', 100) as roll) r
  cross join lateral (select trim(both '-' from regexp_replace(translate(lower(translate(c.stem, 'ÖÄÜØÅ', 'oauoa')), 'äöüøåéß', 'aouoaes'), '[^a-z0-9]+', '-', 'g')) as slug) d
  join customer_group g on g.code = case when c.n % 10 = 1 then 'KEY' when c.trade in ('Clinics') then 'PUBLIC'
    when c.trade in ('Building', 'Timber', 'Electrical Contractors') then 'TRADE' when c.trade in ('Metal Works', 'Machine Tools', 'Plastics', 'Automotive Parts') then 'INDUSTRY' else 'STANDARD' end
  join payment_term t on t.code = case when r.roll < 2 then 'PREPAID' when c.n % 10 = 1 then '3-14-NET60' when r.roll < 50 then 'NET14' when r.roll < 80 then 'NET30' else '2-10-NET30' end
  join employee e on e.number = case when c.n % 10 = 1 then 'E110' when c.country in ('SE', 'DK') then 'E113' when c.country in ('NL', 'BE', 'LU', 'FR', 'GB') then 'E112' else 'E111' end
  order by c.number;

alter table customer disable trigger customer_touch;
update customer set parent_id = parent.id
  from numbered own, numbered up, customer parent
  where own.number = customer.number and own.child > 0
    and up.n = own.n and up.branch = 0 and up.child = case when own.branch > 0 then 1 else 0 end
    and parent.number = up.number;
alter table customer enable trigger customer_touch;

insert into address (customer_id, code, kind, company, street, postal_code, city, country_code, is_default, delivery_notes)
  select c.id, a.code, a.kind::address_kind, c.name || ' ' || c.legal_form, p.street || ' ' || 1 + pg_temp.pick(c.number || a.code || 'house', 180),
    p.postal_code, p.city, c.country_code, a.code = 'HQ',
    case when a.code <> 'HQ' then (array['Gate 2, ring twice.', 'Monday to Thursday 7 to 15 h.', 'Lorries up to 7.5 t only.', 'Call half an hour before.'])[1 + pg_temp.pick(c.number, 4)] end
  from customer c
  cross join lateral (
    select 'HQ' as code, 'both' as kind
    union all select 'WH-1', 'shipping' where pg_temp.pick(c.number || 'wh', 3) = 0
    union all select 'ACC', 'billing' where pg_temp.pick(c.number || 'acc', 6) = 0
  ) a
  cross join lateral (select * from place where country = c.country_code order by pg_temp.pick(c.number || a.code || n, 1000003), n limit 1) p
  order by c.id, a.code;

insert into contact (customer_id, first_name, last_name, email, phone, job_title, is_primary, newsletter, created_at)
  select c.id, f.first_name, l.last_name,
    translate(lower(translate(f.first_name || '.' || l.last_name, 'ÖÄÜØÅ ', 'oauoa')), 'äöüøåéèëçñô', 'aouoaeeecno') || '@' || split_part(c.website, 'www.', 2),
    case c.country_code when 'DE' then '+49 30 23125 ' || lpad(pg_temp.pick(c.number || k, 1000)::text, 3, '0')
      when 'GB' then '+44 20 7946 0' || lpad(pg_temp.pick(c.number || k, 1000)::text, 3, '0') end,
    (array['Purchasing', 'Head of purchasing', 'Plant manager', 'Office manager', 'Warehouse', 'Accounting', 'Safety officer', 'Managing director'])[1 + pg_temp.pick(c.number || k || 'job', 8)],
    k = 1, pg_temp.pick(c.number || k || 'news', 3) = 0, c.created_at + k * interval '1 hour'
  from customer c
  cross join lateral generate_series(1, 1 + pg_temp.pick(c.number || 'contacts', 3)) k
  cross join lateral (select (array['Amelie', 'Anders', 'Astrid', 'Bram', 'Camille', 'Cornelia', 'Dirk', 'Eefje', 'Emil', 'Fenna', 'Georg', 'Hanne',
    'Henrik', 'Ilse', 'Jérôme', 'Karin', 'Lars', 'Léa', 'Marit', 'Mathieu', 'Nora', 'Olaf', 'Petra', 'Ruben', 'Sanne', 'Sören', 'Thérèse', 'Ulrike', 'Viktor', 'Wiebke'])
    [1 + pg_temp.pick(c.number || k || 'first', 30)] as first_name) f
  cross join lateral (select (array['Achterberg', 'Blomgren', 'Brinkhuis', 'Charpentel', 'Dahlquist', 'Ebersoll', 'Fauvelle', 'Gieseking', 'Hovland', 'Immenrath',
    'Jessenow', 'Kronshage', 'Lavalle', 'Mühlstegen', 'Nordvik', 'Oelrichs', 'Penrose', 'Quistorf', 'Raadsma', 'Sjöstrand', 'Tharau', 'Uhlmark', 'Vesterdal', 'Wolkersdorf', 'Ytterby', 'Zumstegg'])
    [1 + pg_temp.pick(c.number || k || 'last', 26)] as last_name) l
  order by c.id, k
  on conflict (email) do nothing;

drop function pg_temp.pick(text, integer);
