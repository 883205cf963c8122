-- The cells of a failed row as a JSON array in a text: written and read again without being taken apart.
alter table dovetail.run_errors alter column cells type text using array_to_json(cells)::text;
comment on column dovetail.run_errors.cells is 'The cells of the row as they came: a JSON array of texts and nulls, on the first error of each row.';
