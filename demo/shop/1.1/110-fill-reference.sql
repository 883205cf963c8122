-- Currencies, countries, units, taxes and terms as they are in force on the shop's day of reference, 30 June 2026.

insert into currency (code, name, symbol, decimals) values
  ('EUR', 'Euro', '€', 2), ('CHF', 'Swiss franc', 'CHF', 2), ('GBP', 'Pound sterling', '£', 2),
  ('DKK', 'Danish krone', 'kr.', 2), ('SEK', 'Swedish krona', 'kr', 2), ('USD', 'US dollar', '$', 2);

insert into country (code, name, currency_code, is_eu) values
  ('DE', 'Germany', 'EUR', true), ('AT', 'Austria', 'EUR', true), ('CH', 'Switzerland', 'CHF', false),
  ('NL', 'Netherlands', 'EUR', true), ('BE', 'Belgium', 'EUR', true), ('LU', 'Luxembourg', 'EUR', true),
  ('FR', 'France', 'EUR', true), ('DK', 'Denmark', 'DKK', true), ('SE', 'Sweden', 'SEK', true),
  ('GB', 'United Kingdom', 'GBP', false), ('US', 'United States', 'USD', false);

insert into unit (code, name, decimals) values
  ('PCE', 'Piece', 0), ('PR', 'Pair', 0), ('SET', 'Set', 0), ('PK10', 'Pack of 10', 0), ('PK25', 'Pack of 25', 0),
  ('PK50', 'Pack of 50', 0), ('PK100', 'Pack of 100', 0), ('PK500', 'Pack of 500', 0), ('BOX', 'Box', 0),
  ('CTN', 'Carton', 0), ('REAM', 'Ream of 500 sheets', 0), ('ROLL', 'Roll', 0), ('M', 'Metre', 2), ('KG', 'Kilogram', 3),
  ('L', 'Litre', 2), ('CAN', 'Canister', 0), ('PAL', 'Pallet', 0);

insert into tax_jurisdiction (code, name, country_code)
  select code, name, code from country where code <> 'US';
insert into tax_jurisdiction (code, name, country_code, parent_id)
  select 'AT-MJ', 'Mittelberg and Jungholz', 'AT', id from tax_jurisdiction where code = 'AT';

insert into tax_code (code, name) values
  ('STANDARD', 'Standard rate'), ('REDUCED', 'Reduced rate (printed matter)'), ('EXEMPT', 'Not taxed');

insert into tax_rate (tax_code_id, tax_jurisdiction_id, valid_from, rate)
  select c.id, j.id, v.valid_from::date, v.rate
  from (values
    ('STANDARD', 'DE', '2007-01-01', 19), ('STANDARD', 'DE', '2020-07-01', 16), ('STANDARD', 'DE', '2021-01-01', 19),
    ('REDUCED', 'DE', '2007-01-01', 7), ('REDUCED', 'DE', '2020-07-01', 5), ('REDUCED', 'DE', '2021-01-01', 7),
    ('STANDARD', 'AT', '2007-01-01', 20), ('REDUCED', 'AT', '2007-01-01', 10),
    ('STANDARD', 'AT-MJ', '2007-01-01', 19), ('REDUCED', 'AT-MJ', '2007-01-01', 10),
    ('STANDARD', 'CH', '2018-01-01', 7.7), ('STANDARD', 'CH', '2024-01-01', 8.1),
    ('REDUCED', 'CH', '2018-01-01', 2.5), ('REDUCED', 'CH', '2024-01-01', 2.6),
    ('STANDARD', 'NL', '2012-10-01', 21), ('REDUCED', 'NL', '2019-01-01', 9),
    ('STANDARD', 'BE', '2007-01-01', 21), ('REDUCED', 'BE', '2007-01-01', 6),
    ('STANDARD', 'LU', '2023-01-01', 16), ('STANDARD', 'LU', '2024-01-01', 17), ('REDUCED', 'LU', '2015-01-01', 3),
    ('STANDARD', 'FR', '2014-01-01', 20), ('REDUCED', 'FR', '2014-01-01', 5.5),
    ('STANDARD', 'DK', '2007-01-01', 25), ('REDUCED', 'DK', '2007-01-01', 25),
    ('STANDARD', 'SE', '2007-01-01', 25), ('REDUCED', 'SE', '2007-01-01', 6),
    ('STANDARD', 'GB', '2011-01-04', 20), ('REDUCED', 'GB', '2011-01-04', 0)
  ) v (tax_code, jurisdiction, valid_from, rate)
  join tax_code c on c.code = v.tax_code
  join tax_jurisdiction j on j.code = v.jurisdiction;
insert into tax_rate (tax_code_id, tax_jurisdiction_id, valid_from, rate)
  select c.id, j.id, date '2007-01-01', 0 from tax_code c cross join tax_jurisdiction j where c.code = 'EXEMPT';

insert into payment_term (code, name, days_due, discount_days, discount) values
  ('PREPAID', 'Payment in advance', 0, null, null), ('NET14', '14 days net', 14, null, null),
  ('NET30', '30 days net', 30, null, null), ('2-10-NET30', '10 days 2 %, 30 days net', 30, 10, 2),
  ('3-14-NET60', '14 days 3 %, 60 days net', 60, 14, 3);

insert into employee (number, first_name, last_name, email, job_title, hired_on) values
  ('E100', 'Ines', 'Falkenrath', 'ines.falkenrath@dovetail-shop.example', 'Head of sales', '2012-03-01');
insert into employee (number, first_name, last_name, email, job_title, manager_id, hired_on)
  select v.number, v.first_name, v.last_name, lower(v.first_name || '.' || v.last_name) || '@dovetail-shop.example',
    v.job_title, e.id, v.hired_on::date
  from (values
    ('E110', 'Jonas', 'Wittekamp', 'Key account manager', '2015-09-01'),
    ('E111', 'Mirela', 'Sandvoss', 'Field sales, north', '2016-02-15'),
    ('E112', 'Pieter', 'Vanhoeck', 'Field sales, west', '2018-05-01'),
    ('E113', 'Annika', 'Lundqvall', 'Field sales, Nordics', '2019-10-01'),
    ('E120', 'Tobias', 'Rauhenstein', 'Order desk', '2017-01-09'),
    ('E121', 'Clara', 'Bonnefoi', 'Order desk', '2021-04-01'),
    ('E122', 'Davit', 'Kessler', 'Order desk', '2023-08-14')
  ) v (number, first_name, last_name, job_title, hired_on)
  cross join employee e where e.number = 'E100';

insert into customer_group (code, name, discount) values
  ('STANDARD', 'Standard customers', 0), ('TRADE', 'Crafts and trades', 5), ('INDUSTRY', 'Industry', 8),
  ('PUBLIC', 'Public sector', 3), ('KEY', 'Key accounts', 12);

insert into warehouse (code, name, country_code, city, cutoff_time) values
  ('KAS', 'Central warehouse Kassel', 'DE', 'Kassel', '17:30'),
  ('VEN', 'Warehouse Venlo', 'NL', 'Venlo', '16:00'),
  ('LNZ', 'Warehouse Linz', 'AT', 'Linz', '15:00'),
  ('RET', 'Returns', 'DE', 'Kassel', '12:00');
